/** What a person said of a thing in a review. It is kept in the baseline and holds as long as the thing stays what it was. */
import { createHash } from "node:crypto";
import type { Known } from "../../mark.ts";
import { type CanonRecord, fieldLines, parseFields, recordText, slugOf } from "./record.ts";
import type { Thing } from "./things.ts";
import type { Holding } from "./tree.ts";

/** Kinds that a person can vouch for, in the order of the review. */
export const reviewed = ["device", "authorized-key", "cron-job", "skill"] as const satisfies readonly Thing[];
export type Reviewed = (typeof reviewed)[number];

export interface Vouched {
  readonly thing: Reviewed;
  readonly id: string;
  readonly name: string;
  readonly verdict: "known" | "remove";
  readonly owner: string;
  readonly note: string;
  readonly at: string;
  /** The last day on which it holds, such as "2027-01-31"; absent: no end. */
  readonly until?: string;
  /** Of the thing as it was then. */
  readonly digest: string;
}

/** Tokens are renewed, and a device stays the same one. */
const passing: Readonly<Partial<Record<Thing, readonly string[]>>> = { device: ["tokens", "name"] };

export function digestOf(record: CanonRecord): string {
  const left = passing[record.thing] ?? [];
  const fields = new Map([...record.fields].filter(([name]) => !left.includes(name)));
  return createHash("sha256")
    .update(recordText({ ...record, name: "", fields }))
    .digest("hex");
}

const folder = "vouched/";
const names = ["thing", "id", "name", "verdict", "owner", "note", "at", "until", "digest"] as const;

export function vouchedFile(one: Vouched): readonly [path: string, text: string] {
  const fields = new Map(
    names.flatMap((name) => (one[name] === undefined ? [] : [[name, [one[name]]] as const])),
  );
  return [`${folder}${one.thing}/${slugOf(one.name, one.id)}.txt`, `${fieldLines(fields).join("\n")}\n`];
}

export function vouchedIn({ files }: Pick<Holding, "files">): readonly Vouched[] {
  return [...files].flatMap(([path, text]) => (path.startsWith(folder) ? (parse(text) ?? []) : []));
}

/** The files of `files` that a review wrote: a new commit keeps them. */
export function vouchedFiles({ files }: Pick<Holding, "files">): ReadonlyMap<string, string> {
  return new Map([...files].filter(([path]) => path.startsWith(folder)));
}

function parse(text: string): Vouched | undefined {
  const fields = parseFields(text);
  const get = (name: (typeof names)[number]): string => fields.get(name)?.[0] ?? "";
  const thing = reviewed.find((one) => one === get("thing"));
  const verdict = (["known", "remove"] as const).find((one) => one === get("verdict"));
  if (thing === undefined || verdict === undefined || get("id") === "") return undefined;
  const rest = { name: get("name"), owner: get("owner"), note: get("note") };
  const end = fields.has("until") ? { until: get("until") } : {};
  return { thing, verdict, id: get("id"), ...rest, at: get("at"), ...end, digest: get("digest") };
}

/** A day as it stands in a calendar, and nothing that only looks like one. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Its last day (UTC) is over. What is no day, because somebody changed it by hand, holds no longer either. */
export function hasRunOut({ verdict, until }: Pick<Vouched, "verdict" | "until">, now: string): boolean {
  return verdict === "known" && until !== undefined && (!isDay(until) || now.slice(0, 10) > until);
}

/** What somebody vouched for until a day that is over. */
export function runOut(holding: Pick<Holding, "files">, now: string): readonly Vouched[] {
  return vouchedIn(holding).filter((one) => hasRunOut(one, now));
}

/** Whether somebody vouched for exactly this, and it still holds at the time `now`, ISO 8601 UTC. */
export function voucherOf(record: CanonRecord, all: readonly Vouched[], now: string): Vouched | undefined {
  const said = all.find(({ thing, id }) => thing === record.thing && id === record.id);
  const holds = said?.verdict === "known" && !hasRunOut(said, now);
  return holds && said.digest === digestOf(record) ? said : undefined;
}

/**
 * What the baseline and the reviews make known, for the marks. `now`: what is there, so that a changed thing is not known.
 * `at`: when it is judged, ISO 8601 UTC; what has run out is not known, also where the baseline has it.
 */
export function knownOf(old: Holding, now: Holding, at: string): Known {
  const all = vouchedIn(old);
  const records = [...old.records.values()];
  const isGone = (thing: Reviewed, id: string): boolean =>
    all.some(
      (one) => one.thing === thing && one.id === id && (one.verdict === "remove" || hasRunOut(one, at)),
    );
  const ids = (thing: Reviewed, pick: (record: CanonRecord) => string | undefined): ReadonlySet<string> => {
    const kept = records.filter((one) => one.thing === thing && !isGone(thing, one.id));
    const said = [...now.records.values()].filter((one) => voucherOf(one, all, at)?.thing === thing);
    return new Set([...kept, ...said].flatMap((one) => pick(one) ?? []));
  };
  const isTold = (thing: Reviewed, reading: string): boolean =>
    old.coverage.has(reading) || all.some((one) => one.thing === thing);
  const vouched = new Set(
    [...now.records.values()].filter((one) => voucherOf(one, all, at)).map(({ id }) => id),
  );
  return {
    ...(isTold("device", "devices") ? { devices: ids("device", ({ id }) => id) } : {}),
    ...(isTold("authorized-key", "authorizedKeys")
      ? { keys: ids("authorized-key", ({ fields }) => fields.get("fingerprint")?.[0]) }
      : {}),
    vouched,
  };
}
