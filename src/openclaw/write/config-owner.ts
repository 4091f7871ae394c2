/** Which file of a config with `$include` owns a key. */
import { dirname, isAbsolute, normalize, resolve } from "node:path";
import JSON5 from "json5";
import type { Host } from "../../host/host.ts";
import { str, strings } from "../../model/json.ts";
import { parseConfig } from "../config.ts";
import type { Installation } from "../types.ts";
import { isInside, viewOf } from "../view.ts";
import type { ConfigPath } from "./config-path.ts";
import { follow } from "./json5-edit.ts";
import { memberOf, spansOf } from "./json5-spans.ts";
import type { Span } from "./json5-spans.ts";
import { readLive, refuse } from "./live-file.ts";
import type { LiveFile } from "./live-file.ts";

/** A file that could take the value: `depth` keys of the path are there already, `inner` is the path in that file. */
export interface Owner {
  readonly file: LiveFile;
  readonly inner: ConfigPath;
  readonly depth: number;
}

/** OpenClaw's own limit. */
const maxIncludes = 10;

/** The parsed value of a file. Throws for broken JSON5, with the place of the fault and without the text around it. */
export function parsedFile(installation: Installation, file: LiveFile): unknown {
  const reading = parseConfig(file.text);
  if (reading.problem === undefined) return reading.value;
  throw refuse(
    "config-broken",
    `${installation.target.toHost(file.path)} is no valid JSON5: ${reading.problem}`,
    "repair it by hand, then claw-ir resume",
  );
}

/** The spans that the path leads through, the root first. */
function spansAlong(text: string, path: ConfigPath): readonly Span[] {
  const spans = [spansOf(text)];
  for (const key of path) {
    const here = spans.at(-1);
    const next = here && memberOf(here, key)?.value;
    if (next === undefined) break;
    spans.push(next);
  }
  return spans;
}

/**
 * The file that holds the value at `wanted`, or the one that takes it when no file does. Undefined if `path` is no file.
 * As in OpenClaw's merge, keys beside an `$include` override it, an include further down overrides one further up, and
 * the last of several wins. A new key goes to the included file where the object is nothing but an `$include`.
 */
export async function ownerOf(
  host: Host,
  installation: Installation,
  path: string,
  wanted: ConfigPath,
  level = 0,
): Promise<Owner | undefined> {
  const file = level > maxIncludes ? undefined : await readLive(host, installation.target, path);
  if (file === undefined) return undefined;
  parsedFile(installation, file);
  const own: Owner = { file, inner: wanted, depth: follow(spansOf(file.text), wanted).depth };
  let best = own;
  for (const [i, span] of spansAlong(file.text, wanted).entries()) {
    for (const named of includesOf(file.text, span)) {
      const from = await includePath(host, installation, path, named);
      if (from === undefined) continue;
      const found = await ownerOf(host, installation, from, wanted.slice(i), level + 1);
      if (found === undefined) continue;
      const depth = i + found.depth;
      const winsTie = best !== own || isBareInclude(span);
      if (depth > best.depth || (depth === best.depth && winsTie)) best = { ...found, depth };
    }
  }
  return best;
}

function isBareInclude(span: Span): boolean {
  return span.kind === "object" && span.members.length === 1;
}

/** The last of a list of includes wins, so it is looked at last. */
function includesOf(text: string, span: Span): readonly string[] {
  const member = memberOf(span, "$include");
  if (member === undefined) return [];
  const named: unknown = JSON5.parse(text.slice(member.value.start, member.value.end));
  const one = str(named);
  return one === undefined ? strings(named) : [one];
}

/** Undefined for an include outside the config's folder: OpenClaw treats those as read-only, and so does claw-ir. */
async function includePath(
  host: Host,
  { target }: Installation,
  from: string,
  named: string,
): Promise<string | undefined> {
  if (named.includes("\0")) return undefined;
  const path = normalize(isAbsolute(named) ? target.toReal(named) : resolve(dirname(from), named));
  const view = viewOf(host, target);
  const folder = await view.resolve(dirname(target.configPath));
  return isInside(await view.resolve(path), folder) ? path : undefined;
}
