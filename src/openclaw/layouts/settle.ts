import type { Reading } from "../../model/outcome.ts";
import type { Task } from "../../model/activity-records.ts";
import type { Device } from "../../model/device-records.ts";
import type { CronJob, CronRun } from "../../model/job-records.ts";
import type { ConfigWrite, Grant, Place } from "../../model/records.ts";
import type { Session } from "../../model/session-records.ts";
import { Secret } from "../../model/secret.ts";

export interface Placed {
  readonly place: Place;
  readonly leftover?: true;
}

/** How two records of one thing are compared. */
export interface Sameness<T> {
  readonly idOf: (record: T) => string;
  /** Whether `other` tells nothing that `kept` does not. Default: all its lasting fields are the same there. */
  readonly covers?: (kept: T, other: T) => boolean;
}

/** Fields that go on changing in the place that is in use, so that their difference says nothing. */
const passing = new Set(["lastSeenAt", "lastUsedAt", "lastRunAt", "updatedAt", "runs", "place", "leftover"]);

/**
 * One record per thing, though an upgrade leaves it in several places. In use is what the first layout holds that has it;
 * the same thing elsewhere is dropped where it says nothing else, and is a leftover where it does.
 */
export function settle<T extends Placed>(reading: Reading<T>, sameness: Sameness<T>): Reading<T> {
  const covers = sameness.covers ?? coversLasting;
  const kept = new Map<string, T[]>();
  const found: T[] = [];
  const inOrder = [...reading.records.entries()].sort(
    ([a, one], [b, other]) => Number(one.leftover === true) - Number(other.leftover === true) || a - b,
  );
  for (const [, record] of inOrder) {
    const id = sameness.idOf(record);
    const before = kept.get(id) ?? [];
    if (before.some((one) => covers(one, record))) continue;
    const settled: T = before.length === 0 ? record : { ...record, leftover: true };
    kept.set(id, [...before, settled]);
    found.push(settled);
  }
  return { ...reading, records: found };
}

function coversLasting(kept: object, other: object): boolean {
  const known = new Map<string, unknown>(Object.entries(kept));
  return Object.entries(other).every(
    ([key, value]) => passing.has(key) || value === undefined || same(known.get(key), value),
  );
}

function same(a: unknown, b: unknown): boolean {
  return a === b || textOf(a) === textOf(b);
}

function textOf(value: unknown): string {
  return JSON.stringify([lasting(value)]);
}

/** Secrets show a stand-in in JSON: they are compared by what they are, in memory only. */
function lasting(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map(lasting);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !passing.has(key));
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, lasting(item)]),
  );
}

/** The index goes on changing, and a migration adds events of its own: fewer than before are what counts. */
export const sameSession: Sameness<Session> = {
  idOf: ({ agent, id, archived }) => `${agent}/${id}/${archived ?? ""}`,
  covers: (kept, other) =>
    (other.key === "" || kept.key === other.key) &&
    (other.channel === undefined || kept.channel === other.channel) &&
    kept.events >= other.events &&
    kept.toolCalls >= other.toolCalls,
};

/** Several setup tokens may have been issued in one moment: each is what it is. In memory only. */
export const sameDevice: Sameness<Device> = {
  idOf: ({ id, state, requestId, tokens }) =>
    state === "setup" ? `setup/${tokens[0]?.secret.reveal() ?? ""}` : `${state}/${id}/${requestId ?? ""}`,
};
export const sameJob: Sameness<CronJob> = { idOf: ({ id }) => id };
export const sameTask: Sameness<Task> = { idOf: ({ kind, id }) => `${kind}/${id}` };
export const sameRun: Sameness<CronRun> = { idOf: ({ jobId, startedAt }) => `${jobId}/${startedAt}` };
/** Two writes in the same millisecond that leave the same config are one. */
export const sameWrite: Sameness<ConfigWrite> = {
  idOf: ({ at, event, nextHash, pid }) => `${at}/${event}/${nextHash ?? ""}/${pid ?? 0}`,
};
export const sameGrant: Sameness<Grant> = {
  idOf: ({ kind, subject, detail }) =>
    `${kind}/${subject}/${(detail ?? "").split(", last used", 1)[0] ?? ""}`,
  covers: () => true,
};
