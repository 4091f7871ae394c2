import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Row } from "../../host/sqlite.ts";
import type { Operation } from "../../model/activity-records.ts";
import { messageOf } from "../../model/errors.ts";
import { at, dict, list, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import { jsonColumn, text, timeOf } from "../layouts/rows.ts";
import { combine, hasDatabases, query } from "../layouts/source.ts";
import type { OpenDatabase, Query, Source } from "../layouts/source.ts";
import { present } from "../present.ts";
import type { Origin } from "./origin.ts";
import { facts, workshopStores } from "./workshop-stores.ts";

const maxDetail = 2000;
const maxDraft = 1024 * 1024;
const shownDraft = 400;
const maxDrafts = 2000;

/**
 * The Skill Workshop of 2026.8.1 and later: an agent proposes skills for itself, and what is applied is loaded like any other. Who
 * proposed what and what became of it are rows; the draft lies in `skill-workshop/proposals/`.
 */
export async function readWorkshop(source: Source): Promise<Reading<Operation>> {
  if (!hasDatabases(source)) return read<Operation>([]);
  const proposed = query(source, { ...proposals, map: proposalOf });
  const drafts = await withDrafts(source, proposed.records);
  return combine([
    { ...proposed, records: drafts.records },
    read<Operation>([], drafts.reasons),
    ...workshopStores.map((one) => query<Operation>(source, one)),
  ]);
}

/** Where skills that the workshop wrote came from, by the path of their SKILL.md on the examined host. */
export function workshopOrigins(source: Source): ReadonlyMap<string, Origin> {
  if (!hasDatabases(source)) return new Map();
  const applied = query(source, { ...proposals, map: proposalOf }).records.filter(
    ({ operation }) => operation.status === "applied",
  );
  return new Map(
    applied.map(({ id, file, by, appliedAt }) => [
      file,
      { installedFrom: `Skill Workshop, proposal ${id}${by}`, ...present({ installedAt: appliedAt }) },
    ]),
  );
}

interface Proposal {
  readonly id: string;
  readonly operation: Operation;
  /** " by agent main in session …", or empty. */
  readonly by: string;
  /** SKILL.md that it makes or changes. */
  readonly file: string;
  readonly draft: string;
  readonly hash: string;
  readonly appliedAt?: string;
}

const proposals = {
  kind: "state",
  tables: ["skill_workshop_proposals"],
  sql: "SELECT * FROM skill_workshop_proposals ORDER BY created_at, proposal_id",
} satisfies Omit<Query<unknown>, "map">;

function proposalOf(row: Row, open: OpenDatabase): Proposal | undefined {
  const id = text(row, "proposal_id");
  const made = timeOf(row["created_at"]);
  if (id === undefined || made === undefined) return undefined;
  const record = jsonColumn(row, "record_json");
  const by = byWhom(row);
  const hash = text(row, "draft_hash") ?? "";
  const file = str(at(record, "target", "skillFile")) ?? "";
  const operation: Operation = {
    kind: "skill-workshop",
    at: made,
    ...present({ endedAt: timeOf(row["updated_at"]), status: text(row, "status") }),
    detail: facts([
      `skill ${str(at(record, "target", "skillName")) ?? "?"} was proposed (${text(row, "kind") ?? "?"})${by}`,
      file === "" ? undefined : `for ${file}`,
      `draft sha256 ${hash}`,
      str(record["description"])?.slice(0, 300),
      filesIn(record),
      text(row, "status_reason"),
    ]),
    place: { path: open.shown, locator: `skill_workshop_proposals/${id}` },
  };
  return {
    ...{ id, operation, by, hash, file },
    draft: str(record["draftFile"]) ?? "PROPOSAL.md",
    ...present({ appliedAt: timeOf(row["applied_at"]) }),
  };
}

function byWhom(row: Row): string {
  const origin = [
    ["by agent", text(row, "origin_agent_id") ?? text(row, "owner_agent_id")],
    ["in session", text(row, "origin_session_key")],
    ["run", text(row, "origin_run_id")],
    ["after message", text(row, "origin_message_id")],
  ] as const;
  return origin.map(([what, who]) => (who === undefined ? "" : ` ${what} ${who}`)).join("");
}

function filesIn(record: Dict): string | undefined {
  const files = list(record["supportFiles"]).slice(0, 20).map(dict);
  const told = files.map((file) => `${str(file["path"]) ?? "?"} sha256 ${str(file["hash"]) ?? "?"}`);
  return told.length === 0 ? undefined : `with ${told.join(", ")}`;
}

/** How each draft begins, and whether it is still what it was when it was proposed. */
async function withDrafts(
  { view, installation: { target } }: Source,
  found: readonly Proposal[],
): Promise<{ readonly records: readonly Operation[]; readonly reasons: readonly string[] }> {
  const reasons: string[] = [];
  const records: Operation[] = [];
  for (const [index, { id, operation, draft, hash }] of found.entries()) {
    // `draft` is a path of the database: no number of ".." leads out of the proposal's own folder.
    const path = join(target.stateDir, "skill-workshop", "proposals", join("/", id), join("/", draft));
    let told = "";
    try {
      const stat = index < maxDrafts ? await view.stat(path) : undefined;
      const words = stat === undefined ? undefined : await view.readText(path, maxDraft);
      if (words !== undefined) {
        const same = createHash("sha256").update(words).digest("hex") === hash;
        told = `${same ? "" : ", and the draft was changed since"}: ${words.slice(0, shownDraft)}`;
      } else if (operation.status === "pending")
        reasons.push(`the draft of proposal ${id} is not at ${target.toHost(path)}`);
    } catch (error) {
      reasons.push(`${target.toHost(path)} could not be read: ${messageOf(error)}`);
    }
    records.push({ ...operation, detail: `${operation.detail}${told}`.slice(0, maxDetail) });
  }
  return { records, reasons: reasons.slice(0, 50) };
}
