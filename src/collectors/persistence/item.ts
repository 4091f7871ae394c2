/** Records out of what a source notes down: cut where they are long, with what follows from the file. */
import type { FileStat } from "../../host/host.ts";
import { hidesText, isGenuine } from "../../model/persistence.ts";
import type { FileFacts, PersistenceItem } from "../../model/persistence.ts";
import { cutOut, hides } from "../../model/text.ts";
import { modifiedAt } from "../files.ts";
import type { PersistenceSource } from "../sources.ts";

/** A file of the examined host with what its item says about it. */
export interface SourceFile {
  /** Path on the examined host. */
  readonly path: string;
  /** At most as much as was asked for. */
  readonly bytes: Uint8Array;
  readonly whole: boolean;
  readonly facts: FileFacts;
  readonly odd: readonly string[];
  readonly package?: string;
}

/** An item without what follows from its source and its file. Texts are as written; what is long is cut here. */
export interface Draft {
  readonly name: string;
  readonly file?: SourceFile | undefined;
  /** Path on the examined host, where `file` does not say it. */
  readonly path?: string | undefined;
  /** Facts of what is at the path, where `file` does not say them. */
  readonly facts?: FileFacts | undefined;
  readonly package?: string | undefined;
  readonly locator?: string | undefined;
  readonly kind?: PersistenceItem["kind"] | undefined;
  readonly attack?: readonly string[] | undefined;
  readonly user?: string | undefined;
  readonly trigger?: string | undefined;
  readonly runs?: readonly string[] | undefined;
  readonly sets?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
  readonly odd?: readonly string[] | undefined;
}

const maxLines = 400;
const maxLine = 4096;

export function itemOf(
  { id, attack }: Pick<PersistenceSource, "id" | "attack">,
  draft: Draft,
): PersistenceItem {
  const { name, runs = [], sets = [] } = draft;
  const trigger = draft.trigger === "" ? undefined : draft.trigger;
  const hiding = [name, trigger ?? "", ...runs, ...sets].some(hides);
  return {
    mechanism: id,
    attack: draft.attack ?? attack,
    kind: draft.kind ?? "item",
    name: cutOut(name, maxLine),
    ...only({
      user: draft.user === undefined ? undefined : cutOut(draft.user, maxLine),
      trigger: trigger === undefined ? undefined : cutOut(trigger, maxLine),
      enabled: draft.enabled,
    }),
    runs: cut(runs),
    sets: cut(sets),
    odd: oddOf(draft, hiding),
    ...only({ file: draft.file?.facts ?? draft.facts, package: ownerOf(draft) }),
    place: placeOf(draft),
  };
}

function placeOf({ file, path, locator }: Draft): PersistenceItem["place"] {
  return { path: file?.path ?? path ?? "", ...only({ locator }) };
}

function ownerOf(draft: Draft): string | undefined {
  return draft.file?.package ?? draft.package;
}

/** What a package brought unchanged is ordinary whatever it says; only what does not show is told all the same. */
function oddOf(draft: Draft, hiding: boolean): readonly string[] {
  const file = draft.file?.odd ?? [];
  const owner = ownerOf(draft);
  const own = draft.odd ?? [];
  const genuine = owner !== undefined && isGenuine({ package: owner, odd: [...file, ...own] });
  return [
    ...new Set([
      ...file,
      ...(genuine ? own.filter((one) => one === hidesText) : own),
      ...(hiding ? [hidesText] : []),
    ]),
  ];
}

/** Without the fields that are undefined. */
function only<T extends object>(fields: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { readonly [K in keyof T]?: Exclude<T[K], undefined> };
}

function cut(lines: readonly string[]): readonly string[] {
  const kept = lines.slice(0, maxLines).map((line) => cutOut(line, maxLine));
  return lines.length <= maxLines ? kept : [...kept, `… and ${lines.length - maxLines} further lines`];
}

/** How many characters an item holds. */
export function sizeOf({ name, runs, sets, trigger = "" }: PersistenceItem): number {
  const lines = [name, trigger, ...runs, ...sets];
  return lines.reduce((sum, line) => sum + line.length, 0);
}

export function factsOf(stat: FileStat, sha256?: string): FileFacts {
  return {
    bytes: stat.size,
    ...only({ sha256 }),
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    modifiedAt: modifiedAt(stat),
    ...(stat.birthtimeMs > 0 ? { bornAt: new Date(stat.birthtimeMs).toISOString() } : {}),
  };
}
