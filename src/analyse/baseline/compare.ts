import type { Redactor } from "../../case/types.ts";
import type { GitFile, GitReader, Host } from "../../host/host.ts";
import { parseJson } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import { weigh } from "./config-severity.ts";
import { blobId } from "./disk.ts";
import type { DiskFile } from "./disk.ts";
import { diffKeys, parseEnv } from "./keys.ts";
import type { KeyChange } from "./keys.ts";
import { diffTexts, weighText } from "./texts.ts";
import type { Area, DriftChange } from "./types.ts";

export interface CompareContext {
  readonly host: Host;
  readonly reader: GitReader;
  readonly redactor: Pick<Redactor, "mark" | "text">;
  /** Parses a config; undefined (or a throw) where it is none. */
  readonly parse: (text: string) => unknown;
  /** Relative path → path on the examined host. */
  readonly hostPath: (path: string) => string;
}

export interface Pair {
  readonly area: Area;
  readonly path: string;
  readonly tracked?: GitFile;
  readonly disk?: DiskFile;
}

const maxText = 262_144;
const submodule = "160000";

/** What is different about one file; nothing where it is the same. Throws what reading it throws. */
export async function compareFile(context: CompareContext, pair: Pair): Promise<readonly DriftChange[]> {
  const { tracked, disk } = pair;
  if (tracked?.mode === submodule) return [];
  if (tracked !== undefined && disk !== undefined) {
    const id = await blobId(context.host, disk, tracked.oid.length);
    if (id === tracked.oid) return modeChange(context, pair, tracked, disk);
  }
  const before = tracked === undefined ? undefined : await oldText(context, tracked);
  const after = disk === undefined ? undefined : await newText(context, disk);
  return keyChanges(context, pair, before, after) ?? textChange(context, pair, before, after);
}

function modeChange(
  context: CompareContext,
  { area, path }: Pair,
  tracked: GitFile,
  disk: DiskFile,
): readonly DriftChange[] {
  const was = tracked.mode === "100755";
  const is = (disk.stat.mode & 0o100) !== 0;
  if (disk.stat.kind !== "file" || was === is) return [];
  const weight = weighText(area, "mode", "");
  return [{ kind: "mode", path: context.hostPath(path), area, ...flags(was, is), ...weight }];
}

function flags(was: boolean, is: boolean): Pick<DriftChange, "before" | "after"> {
  const word = (executable: boolean): string => (executable ? "executable" : "not executable");
  return { before: word(was), after: word(is) };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Undefined for what is no text or too long for one. */
function asText(bytes: Uint8Array): string | undefined {
  if (bytes.length > maxText || bytes.includes(0)) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

async function oldText({ reader }: CompareContext, tracked: GitFile): Promise<string | undefined> {
  const bytes = await reader.content(tracked.oid, maxText + 1).catch(() => undefined);
  return bytes === undefined ? undefined : asText(bytes);
}

async function newText({ host }: CompareContext, { stat, real }: DiskFile): Promise<string | undefined> {
  if (stat.kind === "symlink") return `-> ${await host.fs.readlink(real)}`;
  if (stat.kind !== "file" || stat.size > maxText) return undefined;
  return asText(await host.fs.read(real, { maxBytes: maxText }));
}

/** Settings key by key; undefined where the file is no settings file or cannot be parsed on one side. */
function keyChanges(
  context: CompareContext,
  { area, path }: Pair,
  before: string | undefined,
  after: string | undefined,
): readonly DriftChange[] | undefined {
  if (before === undefined || after === undefined) return undefined;
  const parse = parserFor(context, area, path);
  const old = parse?.(before);
  const now = parse?.(after);
  if (old === undefined || now === undefined) return undefined;
  const place = context.hostPath(path);
  return diffKeys(old, now, context.redactor, area === "credential").map((change) =>
    keyChange(change, area, place),
  );
}

function keyChange({ plainAfter, ...change }: KeyChange, area: Area, path: string): DriftChange {
  if (area === "config") return { ...change, path, area, ...weigh(change.key, plainAfter) };
  const severity = change.kind === "removed" ? "low" : "medium";
  return { ...change, path, area, severity, why: "a credential was changed", attack: ["T1552.001"] };
}

function parserFor(
  context: CompareContext,
  area: Area,
  path: string,
): ((text: string) => unknown) | undefined {
  if (area === "config") return (text) => quietly(() => context.parse(text));
  if (area !== "credential") return undefined;
  return path.endsWith(".json") ? parseJson : parseEnv;
}

function quietly(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function textChange(
  context: CompareContext,
  { area, path, tracked, disk }: Pair,
  before: string | undefined,
  after: string | undefined,
): readonly DriftChange[] {
  const kind = tracked === undefined ? "added" : disk === undefined ? "removed" : "modified";
  // A checkout may have turned line ends; that alone is no change.
  if (kind === "modified" && before !== undefined && plain(before) === plain(after ?? "")) return [];
  const clean = (text: string | undefined): string => context.redactor.text(text ?? "");
  const { added, excerpt } = diffTexts(clean(before), clean(after));
  // The text of a credentials file is nothing to quote, not even redacted.
  const quotable = area !== "credential" && excerpt.length > 0;
  return [
    {
      kind,
      path: shown(context.hostPath(path), 400),
      area,
      ...(quotable ? { excerpt } : {}),
      ...weighText(area, kind, added),
    },
  ];
}

function plain(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
