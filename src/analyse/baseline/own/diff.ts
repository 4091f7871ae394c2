/** What differs between what a commit holds and what is there now: per key, per field, per file. Pure. */
import { shown } from "../../../model/text.ts";
import { weigh } from "../config-severity.ts";
import { diffTexts, weighText } from "../texts.ts";
import type { DriftChange } from "../types.ts";
import type { CanonRecord, Fields, HeldFile } from "./record.ts";
import { factsOf, type Thing } from "./things.ts";
import { toldOnce } from "./told-once.ts";
import { bodyPath, coverageFor, type Holding } from "./tree.ts";
import { weighThing } from "./weigh.ts";

export interface TreeDiff {
  readonly changes: readonly DriftChange[];
  /** Kinds that only one side knows. */
  readonly uncovered: readonly string[];
}

/** Most of what was done to a host is told by the first of them; more is nothing that a person reads. */
const maxChanges = 5000;

export function diffHoldings(old: Holding, now: Holding): TreeDiff {
  const changes: DriftChange[] = [];
  const left = new Map<string, number>();
  for (const own of new Set([...old.records.keys(), ...now.records.keys()])) {
    const before = old.records.get(own);
    const after = now.records.get(own);
    const record = after ?? before;
    if (record === undefined) continue;
    if (before === undefined && coverageFor(old, record) === undefined)
      left.set(record.thing, (left.get(record.thing) ?? 0) + 1);
    else if (before !== undefined && after !== undefined)
      changes.push(...modified({ own, old, now }, before, after));
    else if (before === undefined) changes.push(came(own, record, old, now));
    // What could not be read may still be there: that is a blind spot, and no removal.
    else if (coverageFor(now, before)?.outcome === "ok") changes.push(went(before));
  }
  const uncovered = [...left].map(
    ([thing, count]) => `${thing}: ${count} of them, and the baseline was made without this kind`,
  );
  return { changes: toldOnce(changes).slice(0, maxChanges), uncovered };
}

function came(own: string, record: CanonRecord, old: Holding, now: Holding): DriftChange {
  const texts = record.files.map(({ path }) => now.files.get(bodyPath(own, record, path)) ?? "");
  const { text, ...weight } = weighThing(record, "added", undefined, texts);
  const gap = coverageFor(old, record)?.outcome !== "ok";
  return {
    ...base(record),
    kind: "added",
    after: text,
    ...weight,
    ...(gap
      ? { why: `${weight.why}; the baseline had not seen all of this kind, so it may have been there` }
      : {}),
  };
}

function went(record: CanonRecord): DriftChange {
  const { text, ...weight } = weighThing(record, "removed");
  return { ...base(record), kind: "removed", before: text, ...weight };
}

function base(
  record: CanonRecord,
  field?: string,
): Pick<DriftChange, "path" | "area" | "thing" | "id" | "key"> {
  const isOne = record.thing === "config";
  const named = isOne ? (field ?? "") : `${record.name}${field === undefined ? "" : `.${field}`}`;
  return {
    path: shown(record.path, 400),
    area: factsOf(record.thing).area,
    thing: record.thing,
    id: record.id,
    key: shown(named, 200),
  };
}

interface Sides {
  readonly own: string;
  readonly old: Holding;
  readonly now: Holding;
}

/** Kinds whose fields say more than the text of their file, as jobs of a crontab do. */
const fieldsFirst: ReadonlySet<Thing> = new Set<Thing>(["host-cron"]);

function modified(sides: Sides, before: CanonRecord, after: CanonRecord): readonly DriftChange[] {
  const files = (): readonly DriftChange[] => fileChanges(sides, before, after);
  const fields = (): readonly DriftChange[] => fieldChanges(before, after);
  const [first, second] = fieldsFirst.has(after.thing) ? [fields, files] : [files, fields];
  const told = first();
  return told.length > 0 ? told : second();
}

function fieldChanges(before: CanonRecord, after: CanonRecord): readonly DriftChange[] {
  return [...new Set([...before.fields.keys(), ...after.fields.keys()])].flatMap((name) =>
    pairsOf(before.fields, after.fields, name).map(([was, is]): DriftChange => {
      const weight = after.thing === "config" ? weigh(name, is) : weighThing(after, "modified", is ?? "");
      const { severity, why, attack, checks } = weight;
      return {
        ...base(after, name),
        kind: was === undefined ? "added" : is === undefined ? "removed" : "modified",
        ...(was === undefined ? {} : { before: shown(was, 200) }),
        ...(is === undefined ? {} : { after: shown(is, 200) }),
        ...{ severity, why, attack },
        ...(checks === undefined ? {} : { checks }),
      };
    }),
  );
}

/** What went and what came, side by side; the order of values alone is one change. */
function pairsOf(
  before: Fields,
  after: Fields,
  name: string,
): readonly (readonly [string | undefined, string | undefined])[] {
  const was = before.get(name) ?? [];
  const is = after.get(name) ?? [];
  const gone = was.filter((value) => !is.includes(value));
  const come = is.filter((value) => !was.includes(value));
  const length = Math.max(gone.length, come.length);
  if (length > 0) return Array.from({ length }, (_, i) => [gone[i], come[i]]);
  return was.join("\0") === is.join("\0") ? [] : [[was.join(", "), is.join(", ")]];
}

function fileChanges(sides: Sides, before: CanonRecord, after: CanonRecord): readonly DriftChange[] {
  const was = new Map(before.files.map((file) => [file.path, file]));
  const is = new Map(after.files.map((file) => [file.path, file]));
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((path) => {
    const pair = { before, after, path, was: was.get(path), is: is.get(path) };
    return [...textChanged(sides, pair), ...modeChanged(pair)];
  });
}

interface FilePair {
  readonly before: CanonRecord;
  readonly after: CanonRecord;
  readonly path: string;
  readonly was: HeldFile | undefined;
  readonly is: HeldFile | undefined;
}

function aboutFile({
  after,
  path,
}: FilePair): Pick<DriftChange, "path" | "area" | "thing" | "id" | "checks"> {
  const { area, checks } = factsOf(after.thing);
  return {
    path: shown(path, 400),
    area,
    thing: after.thing,
    id: after.id,
    ...(checks === undefined ? {} : { checks }),
  };
}

function textChanged(sides: Sides, pair: FilePair): readonly DriftChange[] {
  const { was, is } = pair;
  if (was !== undefined && is?.sha256 === was.sha256) return [];
  return [{ ...aboutFile(pair), ...textChange(sides, pair) }];
}

function modeChanged(pair: FilePair): readonly DriftChange[] {
  const { after, was, is } = pair;
  if (was === undefined || is === undefined || is.mode === was.mode) return [];
  const weight = weighText(factsOf(after.thing).area, "mode", "");
  const modes = { before: was.mode, after: is.mode };
  return [{ ...aboutFile(pair), kind: "mode", ...modes, ...weight, why: "its mode was changed" }];
}

type TextChange = Pick<DriftChange, "kind" | "excerpt" | "severity" | "why" | "attack">;

function textChange({ own, old, now }: Sides, { before, after, path, was, is }: FilePair): TextChange {
  const kind = was === undefined ? "added" : is === undefined ? "removed" : "modified";
  const oldText = was === undefined ? "" : (old.files.get(bodyPath(own, before, path)) ?? "");
  const newText = is === undefined ? "" : (now.files.get(bodyPath(own, after, path)) ?? "");
  const { added, excerpt } = diffTexts(oldText, newText);
  const { area, attack, severity, why } = factsOf(after.thing);
  const weight = weighText(area, kind, added);
  // What runs by being there weighs what its kind weighs, whatever it says.
  const isPlain = area === "host" && weight.severity !== "critical" && kind !== "removed";
  return {
    kind,
    ...(excerpt.length === 0 ? {} : { excerpt }),
    ...(isPlain ? { severity, why } : { severity: weight.severity, why: weight.why }),
    attack: [...new Set([...attack, ...weight.attack])],
  };
}
