import { readRevocations } from "../../case/revocations.ts";
import type { Host } from "../../host/host.ts";
import { entryText } from "../../model/grant-entry.ts";
import { str } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import type { Checked } from "./check.ts";
import { partialNotes } from "./partial-notes.ts";
import { gapsOf } from "./prepare.ts";
import { resultBase, type RestoreRequest, type RestoreResult } from "./request.ts";
import { revocationList, type RevocationList } from "./revoke/plan.ts";
import type { Revocation } from "./revoke/revocation.ts";

/** The archive is verified, and what later cases revoked is listed: which of it is in the archive only a restore can tell. */
export async function dryRun(
  host: Host,
  request: RestoreRequest,
  checked: Checked,
  { target, inPlace }: { readonly target: string; readonly inPlace: boolean },
): Promise<RestoreResult> {
  const stateDir = str(checked.about["stateDir"]);
  const reading = await readRevocations(host, request.dataDir);
  const revocations = planned(revocationList(reading.cases, checked.createdAt, stateDir));
  return {
    ...resultBase(request, checked),
    target,
    inPlace,
    files: checked.contents.files,
    bytes: checked.contents.plainBytes,
    openclaw: stateDir !== undefined,
    revocations,
    switchedOff: [],
    relink: [],
    notes: [
      revocations.length === 0
        ? "Nothing was written: the archive was verified. No case since it was made has revoked anything, so nothing would be revoked."
        : "Nothing was written: the archive was verified, and this is what would be revoked if it is in there.",
      ...partialNotes(checked),
    ],
    gaps: [...gapsOf(reading, checked.createdAt)],
  };
}

function planned(list: RevocationList): readonly Revocation[] {
  const would = (what: string, of: string, state: Revocation["state"]): Revocation => ({
    what,
    case: of,
    state,
    detail: "if the archive holds it",
  });
  return [
    ...list.devices.flatMap(({ case: of, ids, all }) =>
      all
        ? [would("every device", of, "removed")]
        : ids.map((id) => would(`device ${id.slice(0, 16)}`, of, "removed")),
    ),
    ...list.grants.flatMap(({ case: of, entries }) =>
      entries.map((entry) => would(`allow-list entry ${shown(entryText(entry), 160)}`, of, "removed")),
    ),
    ...list.jobs.map(({ case: of, what }) => would(what, of, "off")),
    ...list.settings.map(({ case: of, what }) => would(what, of, "off")),
    ...(list.gatewayToken === undefined ? [] : [would("gateway token", list.gatewayToken.case, "replaced")]),
    ...[...list.ended.values()]
      .filter(({ kind }) => kind !== "gateway-token")
      .map(({ label, case: of, next }) => would(label, of, next === "" ? "dead" : "replaced")),
    ...(list.identity === undefined
      ? []
      : [would("the gateway's device identity", list.identity.case, "removed")]),
  ];
}
