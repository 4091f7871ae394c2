/** All canonical forms of a host as one tree of files, and back. Pure: the same readings in any order give the same tree. */
import { createHash } from "node:crypto";
import { messageOf } from "../../../model/errors.ts";
import type { Outcome } from "../../../model/outcome.ts";
import type { ReadingKind, ReadingSet } from "../../../model/readings.ts";
import type { Secret, SecretMark } from "../../../model/secret.ts";
import type { Draft, DraftFile, Value } from "./draft.ts";
import { ofHost } from "./of-host.ts";
import { ofState } from "./of-state.ts";
import {
  type CanonRecord,
  fieldLines,
  type HeldFile,
  parseFields,
  parseRecord,
  recordText,
  slugOf,
} from "./record.ts";
import { factsOf } from "./things.ts";

/** Readings that a baseline is made of. */
export const fed = [
  ...(["config", "devices", "grants", "cronJobs", "skills", "extensions", "credentials"] as const),
  ...(["texts", "authorizedKeys", "hostCron", "systemdUser", "shellStartup", "persistence"] as const),
] satisfies readonly ReadingKind[];

export interface Coverage {
  readonly outcome: Outcome;
  readonly reason?: string;
}

/** What a commit holds, understood. */
export interface Holding {
  /** By the path of the record's file in the tree, without ".txt". */
  readonly records: ReadonlyMap<string, CanonRecord>;
  readonly coverage: ReadonlyMap<string, Coverage>;
  /** The whole tree: path → text. */
  readonly files: ReadonlyMap<string, string>;
}

export interface Observed extends Holding {
  /** When a file was last changed, by its path on the examined host: not part of the tree. */
  readonly modified: ReadonlyMap<string, string>;
}

export interface Tools {
  readonly mark: (secret: Secret) => SecretMark;
  /** Replaces secrets by fingerprints. */
  readonly redact: (text: string) => string;
}

const coverageFile = "coverage.txt";
/** What every tree holds, also one in which nothing was taken yet. */
export const formatFiles: ReadonlyMap<string, string> = new Map([
  ["FORMAT.txt", 'format: "claw-ir baseline 1"\n'],
]);

/**
 * `mechanisms`: how each source of the reading "persistence" ended, by its id. Without it the reading counts as one, and
 * whatever one source could not see makes all of them a blind spot. What a source that is not named there gave is left out: it
 * goes through every program of the host, and compares with the packages itself.
 */
export function observe(
  set: ReadingSet,
  { mark, redact }: Tools,
  mechanisms: ReadonlyMap<string, Coverage> = new Map(),
): Observed {
  const files = new Map(formatFiles);
  const records = new Map<string, CanonRecord>();
  const modified = new Map<string, string>();
  for (const { record, texts } of unique([...ofState(set, mark), ...ofHost(only(set, mechanisms))], redact)) {
    const place = `${factsOf(record.thing).area}/${record.thing}/${slugOf(record.name, record.id)}`;
    // Two of one id: the second one's name says so. They come sorted, so it is the same one every time.
    let own = place;
    for (let n = 2; records.has(own); n += 1) own = `${place}-${n}`;
    records.set(own, record);
    files.set(`${own}.txt`, recordText(record));
    for (const { file, text } of texts) {
      if (file.modifiedAt !== undefined) modified.set(file.path, file.modifiedAt);
      if (text !== undefined) files.set(bodyPath(own, record, file.path), text);
    }
  }
  const coverage = new Map<string, Coverage>(fed.map((kind) => [kind, coverageOf(set[kind], redact)]));
  if (mechanisms.size > 0) coverage.delete("persistence");
  for (const [id, one] of mechanisms) coverage.set(`persistence/${id}`, coverageOf(one, redact));
  files.set(coverageFile, coverageText(coverage));
  return { files, records, modified, coverage };
}

function only(set: ReadingSet, mechanisms: ReadonlyMap<string, Coverage>): ReadingSet {
  if (mechanisms.size === 0) return set;
  const { outcome, records, reason } = set.persistence;
  const kept = records.filter(({ mechanism }) => mechanisms.has(mechanism));
  return { ...set, persistence: { outcome, records: kept, ...(reason === undefined ? {} : { reason }) } };
}

interface Made {
  readonly record: CanonRecord;
  readonly texts: readonly { readonly file: DraftFile; readonly text: string | undefined }[];
}

/** In the order of their texts, whatever order the readings had; what is the same twice counts once. */
function unique(drafts: readonly Draft[], redact: Tools["redact"]): readonly Made[] {
  const byText = new Map<string, Made>();
  for (const draft of drafts) {
    const made = make(draft, redact);
    byText.set(recordText(made.record), made);
  }
  return [...byText].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, made]) => made);
}

function make(draft: Draft, redact: Tools["redact"]): Made {
  const { thing, path, from } = draft;
  const held = (draft.files ?? []).map((file) => hold(file, redact));
  const record: CanonRecord = {
    thing,
    id: redact(draft.id),
    name: redact(draft.name),
    path,
    from,
    fields: new Map(
      Object.entries(draft.fields).flatMap(([name, value]) => {
        const values = valuesOf(value).map(redact);
        return values.length === 0 ? [] : [[name, values] as const];
      }),
    ),
    files: held.map(({ told }) => told).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
  };
  return { record, texts: held.map(({ file, text }) => ({ file, text })) };
}

function valuesOf(value: Value): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "object" ? value : [String(value)];
}

function hold(
  file: DraftFile,
  redact: Tools["redact"],
): { readonly told: HeldFile; readonly file: DraftFile; readonly text: string | undefined } {
  const { path, sha256 = "" } = file;
  const mode = (file.mode & 0o7777).toString(8);
  const told = (kept: HeldFile["kept"]): HeldFile => ({ path, mode, sha256, kept });
  // What was no UTF-8 was read with stand-ins: such a text is not the file.
  const isOther = file.masked !== true && file.text !== undefined && digest(file.text) !== sha256;
  if (file.text === undefined || isOther) return { told: told("none"), file, text: undefined };
  const text = redact(file.text);
  const isWhole = file.masked !== true && text === file.text;
  return { told: told(isWhole ? "whole" : "redacted"), file, text };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Where the text of a record's file lies in the tree. */
export function bodyPath(own: string, record: Pick<CanonRecord, "path">, path: string): string {
  const inside = path.startsWith(`${record.path}/`)
    ? path.slice(record.path.length + 1)
    : path.slice(path.lastIndexOf("/") + 1);
  const parts = inside.split("/").map((part) => {
    const plain = part.replaceAll(/[^A-Za-z0-9@+=,._-]/g, "_").slice(0, 100);
    const isSame = plain === part && !/^$|^\.{1,2}$|^\.git/i.test(part);
    return isSame ? part : slugOf(plain, part);
  });
  // Deeper than this is no skill: one name stands for the rest.
  if (parts.length <= 12) return `${own}/${parts.join("/")}`;
  return `${own}/${slugOf(parts.at(-1) ?? "", inside)}`;
}

function coverageOf(
  { outcome, reason }: { readonly outcome: Outcome; readonly reason?: string },
  redact: Tools["redact"],
): Coverage {
  return outcome === "ok" ? { outcome } : { outcome, reason: redact(reason ?? outcome) };
}

function coverageText(coverage: ReadonlyMap<string, Coverage>): string {
  const fields = new Map(
    [...coverage].map(([kind, { outcome, reason }]) => [
      kind,
      [outcome, ...(reason === undefined ? [] : [reason])],
    ]),
  );
  return `${fieldLines(fields).join("\n")}\n`;
}

/** How well the source of a record could be read; undefined where that was not asked for at all. */
export function coverageFor(
  { coverage }: Pick<Holding, "coverage">,
  { from, fields }: Pick<CanonRecord, "from" | "fields">,
): Coverage | undefined {
  const mechanism = from === "persistence" ? fields.get("mechanism")?.[0] : undefined;
  return (mechanism === undefined ? undefined : coverage.get(`${from}/${mechanism}`)) ?? coverage.get(from);
}

/** Understands the tree of a commit. Throws nothing: what is no record is a problem. */
export function holdingOf(
  files: ReadonlyMap<string, string>,
): Holding & { readonly problems: readonly string[] } {
  const records = new Map<string, CanonRecord>();
  const problems: string[] = [];
  for (const [path, text] of files) {
    if (!/^[a-z]+\/[a-z-]+\/[^/]+\.txt$/.test(path) || path.startsWith("vouched/")) continue;
    try {
      const record = parseRecord(text);
      if (record === undefined) problems.push(`${path} of the baseline is no record`);
      else records.set(path.slice(0, -".txt".length), record);
    } catch (error) {
      problems.push(`${path} of the baseline is no record: ${messageOf(error)}`);
    }
  }
  const coverage = new Map(
    [...parseFields(files.get(coverageFile) ?? "")].map(([kind, [outcome = "error", reason]]) => [
      kind,
      { outcome: outcome as Outcome, ...(reason === undefined ? {} : { reason }) },
    ]),
  );
  return { files, records, coverage, problems };
}
