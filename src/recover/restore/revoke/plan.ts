/**
 * Restoring is time travel: what later cases ended would live again. This list says what has to be ended once more. Pure.
 */
import type { CaseRevocations } from "../../../case/revocations.ts";
import type { RotationReceipt } from "../../../model/evidence.ts";
import type { GrantEntry } from "../../../model/grant-entry.ts";
import { type Json, parseJson } from "../../../model/json.ts";

/** A credential that a case replaced or ended. */
export interface Ended {
  readonly case: string;
  readonly kind: string;
  readonly label: string;
  /** Fingerprints; `next` is empty where nothing took its place. */
  readonly old: string;
  readonly next: string;
}

export interface RevocationList {
  readonly devices: readonly {
    readonly case: string;
    readonly ids: readonly string[];
    readonly all: boolean;
  }[];
  /** Entries of allow-lists, requests and approvals, by the case that took them out. */
  readonly grants: readonly { readonly case: string; readonly entries: readonly GrantEntry[] }[];
  readonly jobs: readonly { readonly case: string; readonly id: string; readonly what: string }[];
  /** Config keys that were switched off. */
  readonly settings: readonly {
    readonly case: string;
    readonly what: string;
    readonly path: string;
    readonly value: Json;
    readonly inverse: string;
  }[];
  /** By the fingerprint of what ended; the newest case last. */
  readonly ended: ReadonlyMap<string, Ended>;
  /** The newest gateway token that a later case put in place. */
  readonly gatewayToken?: Ended;
  /** A later case took the gateway's device identity away. */
  readonly identity?: { readonly case: string };
}

/**
 * What happened after `createdAt` (ISO 8601; undefined: all of it, to be safe). Secrets are told by their fingerprints, whatever
 * the clocks said: one that was ended is dead in every older state. `stateDir` as on the examined host: the gateway's token of
 * another state is none of ours.
 */
export function revocationList(
  cases: readonly CaseRevocations[],
  createdAt: string | undefined,
  stateDir: string | undefined,
): RevocationList {
  const since = createdAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(createdAt);
  const isLater = (at: string): boolean => !(Date.parse(at) <= since);
  const ended = new Map<string, Ended>();
  for (const one of cases)
    for (const receipt of one.receipts)
      for (const item of endedBy(one.case, receipt)) if (item.old !== "") ended.set(item.old, item);
  const sameState = cases.filter(
    (one) => one.stateDir === undefined || stateDir === undefined || one.stateDir === stateDir,
  );
  const later = (one: CaseRevocations, kind: string): readonly RotationReceipt[] =>
    one.receipts.filter((receipt) => receipt.kind === kind && doneAt(receipt).some(isLater));
  const tokens = sameState.flatMap((one) =>
    later(one, "gateway-token").flatMap((receipt) => [...endedBy(one.case, receipt)]),
  );
  const identity = sameState.findLast((one) => later(one, "identity-key").length > 0);
  const off = cases.flatMap((one) =>
    one.switchedOff.filter(({ at }) => isLater(at)).map((item) => ({ case: one.case, ...item })),
  );
  const gatewayToken = tokens.at(-1);
  return {
    devices: cases.flatMap(({ case: id, devices }) =>
      devices === undefined || !isLater(devices.at) ? [] : [{ case: id, ids: devices.ids, all: devices.all }],
    ),
    // Lists of the config are told by their path: those of another state are others.
    grants: sameState.flatMap(({ case: id, grants = [] }) => {
      const entries = grants.filter(({ at }) => isLater(at)).map(({ entry }) => entry);
      return entries.length === 0 ? [] : [{ case: id, entries }];
    }),
    jobs: off.flatMap((item) => {
      const id = /^openclaw cron enable (\S+)$/.exec(item.inverse)?.[1];
      return id === undefined ? [] : [{ case: item.case, id, what: item.what }];
    }),
    settings: off.flatMap((item) => {
      const [, path, text = ""] = /^(\S.*) set to (.+)$/.exec(item.how) ?? [];
      const value = parseJson(text);
      if (path === undefined || (typeof value !== "boolean" && typeof value !== "string")) return [];
      return [{ case: item.case, what: item.what, path, value, inverse: item.inverse }];
    }),
    ended,
    ...(gatewayToken === undefined ? {} : { gatewayToken }),
    ...(identity === undefined ? {} : { identity: { case: identity.case } }),
  };
}

/** When the new one was put in place, or the old one ended. */
function doneAt({ steps }: RotationReceipt): readonly string[] {
  return steps
    .filter(({ step, outcome }) => (step === "deploy" || step === "revoke") && isDone(outcome))
    .map(({ at }) => at);
}

function isDone(outcome: string): boolean {
  return outcome === "done" || outcome === "by-user";
}

function* endedBy(id: string, receipt: RotationReceipt): Generator<Ended> {
  const { kind, label, old, new: next } = receipt;
  // Devices and the identity are no values that could be put in place.
  if (kind === "device-token" || kind === "identity-key" || doneAt(receipt).length === 0) return;
  if (old !== "" && old !== next) yield { case: id, kind, label, old, next };
  else if (kind === "gateway-token") yield { case: id, kind, label, old: "", next };
}

/** What took the place of a fingerprint in the end, through all cases; empty where nothing did. */
export function successorOf({ ended }: RevocationList, fingerprint: string): string {
  const seen = new Set<string>();
  let here = fingerprint;
  for (let next = ended.get(here); next !== undefined && !seen.has(here); next = ended.get(here)) {
    seen.add(here);
    here = next.next;
  }
  return here === fingerprint ? "" : here;
}
