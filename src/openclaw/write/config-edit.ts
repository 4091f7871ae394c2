/**
 * Sets or removes one value of OpenClaw's config in place: comments and formatting stay, `$include` is followed to the
 * file that owns the key, and the merged config is read again afterwards to see that the value is what counts.
 * Only for a gateway that is proven down and a state that is sealed.
 */
import { isDeepStrictEqual } from "node:util";
import JSON5 from "json5";
import type { Host } from "../../host/host.ts";
import { at, isDict } from "../../model/json.ts";
import type { Json } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import { parseConfig, readConfig } from "../config.ts";
import type { Installation } from "../types.ts";
import { ownerOf, parsedFile } from "./config-owner.ts";
import { showPath } from "./config-path.ts";
import type { ConfigPath } from "./config-path.ts";
import { removeValue, setValue } from "./json5-edit.ts";
import { refuse, writeLive } from "./live-file.ts";

export interface ConfigEdit {
  readonly place: Place;
  /** SHA-256 of the file's bytes. */
  readonly before: string;
  readonly after: string;
  /** What the owning file held at the path; undefined if the key was not there. May be a secret: not for the case. */
  readonly previous: unknown;
}

/**
 * Sets the value at `path`, or removes the key when `value` is undefined. Throws a ClawError when the config is broken,
 * was changed meanwhile, belongs to somebody else, or when another file overrides what was written. No error shows a value.
 */
export async function editConfig(
  host: Host,
  installation: Installation,
  path: ConfigPath,
  value: Json | undefined,
): Promise<ConfigEdit> {
  const owner = await ownerOf(host, installation, installation.target.configPath, path);
  if (owner === undefined)
    throw refuse(
      "no-config",
      `there is no config at ${installation.target.toHost(installation.target.configPath)}`,
      "choose the right one with --state-dir or --profile",
    );
  const { file, inner } = owner;
  const old = parsedFile(installation, file);
  const previous = valueAt(old, inner);
  const text = value === undefined ? removeValue(file.text, inner) : setValue(file.text, inner, value);
  const place = { path: installation.target.toHost(file.path), locator: showPath(path) };
  if (
    text === undefined ||
    !isDeepStrictEqual(canon(parseConfig(text).value), canon(assigned(old, inner, value)))
  )
    throw refuse(
      "edit-not-safe",
      `${showPath(path)} in ${place.path} cannot be set`,
      "set it by hand, then claw-ir resume",
    );
  const after = text === file.text ? file.sha256 : await writeLive(host, installation, file, text);
  await checkMerged(host, installation, path, value);
  return { place, before: file.sha256, after, previous };
}

async function checkMerged(
  host: Host,
  installation: Installation,
  path: ConfigPath,
  value: Json | undefined,
): Promise<void> {
  const reading = await readConfig(host, installation.target);
  if (isDeepStrictEqual(canon(valueAt(reading.value, path)), canon(value))) return;
  throw refuse(
    "overridden",
    `${showPath(path)} was written, but another part of the config overrides it`,
    "look for the key in the files that the config includes",
  );
}

function valueAt(root: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (here, key) => (Array.isArray(here) ? (here as readonly unknown[])[Number(key)] : at(here, key)),
    root,
  );
}

/** What the edit is meant to do, done to the parsed value. */
function assigned(root: unknown, [key, ...rest]: ConfigPath, value: Json | undefined): unknown {
  if (key === undefined) return value;
  if (Array.isArray(root)) {
    const items = root as readonly unknown[];
    return items.map((item, i) => (String(i) === key ? assigned(item, rest, value) : item));
  }
  if (root !== undefined && !isDict(root)) return root;
  const dict = root ?? {};
  const child = Object.hasOwn(dict, key) ? dict[key] : undefined;
  if (value === undefined && child === undefined) return root;
  return { ...dict, [key]: assigned(child, rest, value) };
}

/** Keys without a value go, so that "removed" and "undefined" compare as one. */
function canon(value: unknown): unknown {
  return value === undefined ? undefined : parseConfig(JSON5.stringify(value)).value;
}
