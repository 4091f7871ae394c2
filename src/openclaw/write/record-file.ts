/** A JSON file of records, mostly in the state dir, as the layouts before 2026.8 keep them: `devices/paired.json`, `cron/jobs.json`. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError, messageOf } from "../../model/errors.ts";
import { isDict } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import { shown } from "../../model/text.ts";
import { boundedJson } from "../layouts/bounded-json.ts";
import type { Installation } from "../types.ts";
import { viewOf } from "../view.ts";
import { readLive, refuse, writeLive } from "./live-file.ts";
import type { LiveFile } from "./live-file.ts";

export interface RecordFile extends LiveFile {
  /** Path on the examined host. */
  readonly shown: string;
  readonly mode: number;
  readonly value: Dict;
}

const byHand =
  "look at it and make this change by hand while the gateway is down; the state is sealed as it was before";

/**
 * `name` below the state dir, or below the folder that the config names; undefined if there is no such file. Throws where something else than a plain JSON file of OpenClaw
 * stands there: a link may lead into another state, and what cannot be understood cannot be changed safely.
 */
export async function recordFile(
  host: Host,
  installation: Installation,
  name: string,
  folder = installation.target.stateDir,
): Promise<RecordFile | undefined> {
  const { target } = installation;
  const path = join(folder, name);
  const said = shown(target.toHost(path));
  try {
    const mode = await modeOfOwn(host, installation, folder, name, said);
    const file = mode === undefined ? undefined : await readLive(host, target, path);
    if (mode === undefined || file === undefined) return undefined;
    const value = boundedJson(file.text);
    if (!isDict(value)) throw refuse("no-json-object", `${said} holds no JSON object`, byHand);
    return { ...file, shown: target.toHost(path), mode, value };
  } catch (error) {
    if (error instanceof ClawError && (error.hint !== undefined || error.exit === "cancelled")) throw error;
    throw refuse(
      "unreadable-records",
      `${said} could not be read: ${shown(messageOf(error))}`,
      byHand,
      error,
    );
  }
}

/** Permission bits of the file of that name; undefined if there is none. Throws for everything that is no plain file. */
async function modeOfOwn(
  host: Host,
  { target }: Installation,
  folder: string,
  name: string,
  said: string,
): Promise<number | undefined> {
  const view = viewOf(host, target);
  const own = join(await view.resolve(folder), name);
  const found = await host.fs.stat(own);
  if (found?.kind === "symlink" || (await view.resolve(join(folder, name))) !== own)
    throw refuse("link-in-place", `${said} is reached through a link, and OpenClaw makes none there`, byHand);
  if (found === undefined) return undefined;
  if (found.kind !== "file")
    throw refuse("no-regular-file", `${said} is no file but a ${found.kind}`, byHand);
  return found.mode & 0o777;
}

/** Writes and reads back; mode and owner stay as they are. */
export async function writeRecords(
  host: Host,
  installation: Installation,
  file: RecordFile,
  text: string,
): Promise<void> {
  if (text !== file.text) await writeLive(host, installation, file, text, file.mode);
}
