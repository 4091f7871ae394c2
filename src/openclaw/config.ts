import { createHash } from "node:crypto";
import { dirname, isAbsolute, normalize, resolve } from "node:path";
import JSON5 from "json5";
import type { Host } from "../host/host.ts";
import { messageOf } from "../model/errors.ts";
import { isDict } from "../model/json.ts";
import type { Dict } from "../model/json.ts";
import { mergeConfig, withoutBlocked } from "./config-merge.ts";
import { outcomeOf, reasonOf } from "./failures.ts";
import type { ConfigReading, Target } from "./types.ts";
import { isInside, viewOf } from "./view.ts";
import type { FileView } from "./view.ts";

// The limits of OpenClaw 2026.9.6 (src/config/includes.ts), and two of our own against a config made to exhaust us.
const maxBytes = 2 * 1024 * 1024;
const maxDepth = 10;
const maxFiles = 64;
const maxNesting = 200;
const maxPathLength = 4096;

interface Walk {
  readonly view: FileView;
  readonly target: Target;
  /** Folders that includes may come from: the config's own, and OPENCLAW_INCLUDE_ROOTS on the live host. */
  readonly roots: readonly string[];
  readonly files: string[];
  readonly problems: string[];
}

/**
 * Reads the config with JSON5 and `$include`. `${ENV}` stays as written and SecretRefs stay objects: nothing is resolved.
 * An include that cannot be taken in makes the reading "partial" and is named; the rest of the config still counts.
 */
export async function readConfig(host: Host, target: Target): Promise<ConfigReading> {
  const path = target.configPath;
  const shown = target.toHost(path);
  const view = viewOf(host, target);
  const base = { path: shown, value: {}, files: [path] };
  let bytes: Uint8Array;
  try {
    bytes = await view.read(path, maxBytes);
  } catch (error) {
    const outcome = outcomeOf(error);
    const kind = outcome === "missing" || outcome === "denied" ? outcome : "invalid";
    return { ...base, outcome: kind, reason: reasonOf(error, shown), files: [] };
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const parsed = parseConfig(new TextDecoder().decode(bytes));
  if (parsed.problem !== undefined)
    return { ...base, sha256, outcome: "invalid", reason: `${shown} is no valid JSON5: ${parsed.problem}` };
  const walk: Walk = { view, target, roots: includeRoots(host, target), files: [path], problems: [] };
  const value = await takeIn(walk, parsed.value, [normalize(path)], 0);
  if (!isDict(value)) return { ...base, sha256, outcome: "invalid", reason: `${shown} holds no object` };
  const problems = walk.problems;
  const done = { path: shown, value: withoutBlocked(value), sha256, files: walk.files };
  return problems.length === 0
    ? { ...done, outcome: "ok" }
    : { ...done, outcome: "partial", reason: problems.join("; ") };
}

function includeRoots(host: Host, target: Target): readonly string[] {
  const given = target.live ? (host.facts.env["OPENCLAW_INCLUDE_ROOTS"] ?? "") : "";
  const more = given
    .split(":")
    .map((dir) => dir.trim())
    .filter((dir) => isAbsolute(dir))
    .map((dir) => normalize(dir));
  return [dirname(target.configPath), ...more];
}

/** JSON first, then JSON5, as OpenClaw does. Deep nesting is refused before it can exhaust the stack. */
export function parseConfig(
  text: string,
):
  | { readonly value: unknown; readonly problem?: never }
  | { readonly value?: never; readonly problem: string } {
  const bare = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (nesting(bare) > maxNesting) return { problem: `it is nested more than ${maxNesting} levels deep` };
  try {
    return { value: JSON.parse(bare) as unknown };
  } catch {
    try {
      return { value: JSON5.parse<unknown>(bare) };
    } catch (error) {
      return { problem: withoutValues(messageOf(error)) };
    }
  }
}

/** A parser's message may quote a character of a secret; its place is enough. */
function withoutValues(message: string): string {
  const place = /at (?:line )?(\d+):(\d+)/.exec(message);
  return place === null
    ? "a syntax error"
    : `a syntax error in line ${place[1] ?? "?"}, column ${place[2] ?? "?"}`;
}

/** An upper bound for the depth: brackets inside strings count, too, which no sane config brings to the limit. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x7b || c === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (c === 0x7d || c === 0x5d) depth -= 1;
  }
  return deepest;
}

/** Replaces every `$include` below `value`. `chain` holds the files being read, the outermost first. */
async function takeIn(walk: Walk, value: unknown, chain: readonly string[], level: number): Promise<unknown> {
  if (level > maxNesting) {
    note(walk, "the merged config is nested too deeply; a part of it was left out");
    return undefined;
  }
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value as readonly unknown[]) items.push(await takeIn(walk, item, chain, level + 1));
    return items;
  }
  if (!isDict(value)) return value;
  const own: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key !== "$include") own[key] = await takeIn(walk, item, chain, level + 1);
  }
  if (!Object.hasOwn(value, "$include")) return withoutBlocked(own);
  return joined(walk, await includeAll(walk, value["$include"], chain, level), own);
}

/** The object's own keys win over what it includes. */
function joined(walk: Walk, included: unknown, own: Dict): unknown {
  if (Object.keys(own).length === 0) return included ?? {};
  if (included === undefined || isDict(included)) return mergeConfig(included ?? {}, own);
  note(walk, "an $include that gives no object has keys beside it; OpenClaw refuses that");
  return own;
}

async function includeAll(
  walk: Walk,
  named: unknown,
  chain: readonly string[],
  level: number,
): Promise<unknown> {
  if (typeof named === "string") return await includeOne(walk, named, chain, level);
  if (!Array.isArray(named)) {
    note(walk, "an $include is neither a path nor a list of paths");
    return undefined;
  }
  let merged: unknown = {};
  for (const item of named as readonly unknown[]) {
    if (typeof item !== "string") {
      note(walk, "an $include list holds something that is no path");
      continue;
    }
    const value = await includeOne(walk, item, chain, level);
    if (value !== undefined) merged = mergeConfig(merged, value);
  }
  return merged;
}

async function includeOne(
  walk: Walk,
  named: string,
  chain: readonly string[],
  level: number,
): Promise<unknown> {
  const path = includePath(walk, named, chain);
  if (typeof path !== "string") {
    note(walk, path.problem);
    return undefined;
  }
  const shown = walk.target.toHost(path);
  try {
    await refuseEscape(walk, path);
    const parsed = parseConfig(await walk.view.readText(path, maxBytes));
    walk.files.push(path);
    if (parsed.problem !== undefined) {
      note(walk, `the include ${shown} is no valid JSON5: ${parsed.problem}`);
      return undefined;
    }
    return await takeIn(walk, parsed.value, [...chain, path], level + 1);
  } catch (error) {
    note(walk, `an include could not be read: ${reasonOf(error, shown)}`);
    return undefined;
  }
}

function includePath(
  walk: Walk,
  named: string,
  chain: readonly string[],
): string | { readonly problem: string } {
  const from = chain.at(-1) ?? walk.target.configPath;
  if (named.includes("\0") || named.length >= maxPathLength)
    return { problem: "an $include is no usable path" };
  const path = normalize(isAbsolute(named) ? walk.target.toReal(named) : resolve(dirname(from), named));
  const shown = walk.target.toHost(path);
  if (!walk.roots.some((root) => isInside(path, root)))
    return {
      problem: `the include ${shown} lies outside the config's folder; OpenClaw refuses it, and so does claw-ir`,
    };
  if (chain.includes(path)) return { problem: `the include ${shown} includes itself` };
  if (chain.length > maxDepth) return { problem: `includes go deeper than ${maxDepth} files at ${shown}` };
  if (walk.files.length >= maxFiles)
    return { problem: `more than ${maxFiles} includes; the rest was left out` };
  return path;
}

/** A link in the config's folder must not lead out of it. */
async function refuseEscape(walk: Walk, path: string): Promise<void> {
  const real = await walk.view.resolve(path);
  const roots = await Promise.all(walk.roots.map(async (root) => await walk.view.resolve(root)));
  if (!roots.some((root) => isInside(real, root)))
    throw Object.assign(new Error("it is a link that leads out of the config's folder"), { code: "ELOOP" });
}

function note(walk: Walk, problem: string): void {
  if (walk.problems.length < 20 && !walk.problems.includes(problem)) walk.problems.push(problem);
}

/** The value of a config text, JSON or JSON5; undefined where it is neither. */
export function parseConfigText(text: string): unknown {
  return parseConfig(text).value;
}
