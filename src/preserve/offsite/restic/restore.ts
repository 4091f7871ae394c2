/** A snapshot back in a folder, as an archive would be: files at their places, databases as their consistent copies. */
import { join } from "node:path";
import type { Host } from "../../../host/host.ts";
import { manifestName, type ManifestLine } from "../../../archive/index.ts";
import { ClawError } from "../../../model/errors.ts";
import { dict, num, parseJson, str, type Dict } from "../../../model/json.ts";
import { shown } from "../../../model/text.ts";
import { type Repository, resticOf } from "./client.ts";
import { findSnapshot, type Snapshot } from "./snapshots.ts";
import { stagedList, stageName } from "./stage.ts";

export interface ResticRestore extends Repository {
  /** "latest", or the beginning of a snapshot's id. */
  readonly snapshot: string;
  /** An empty folder that only this user can enter. */
  readonly into: string;
}

export interface ResticRestored {
  readonly snapshot: Snapshot;
  readonly seconds: number;
  /** Every line but the closing one. */
  readonly lines: readonly ManifestLine[];
  /** The closing line: counts, and what `about` said of the state. */
  readonly end: Dict;
}

const longMs = 12 * 3600_000;
const maxManifest = 512 * 1024 * 1024;

/**
 * Runs `restic restore` and puts the staged databases at their places below `into`. Throws exit 10, 11 and 12 as restic says it,
 * 5 for a snapshot without a whole manifest, 1 for what could not be written. Nothing is checked yet: see `checkRestored`.
 */
export async function restoreFromRestic(host: Host, request: ResticRestore): Promise<ResticRestored> {
  const { into } = request;
  const restic = resticOf(host, request);
  const startedAt = host.clock.monotonic();
  const snapshot = await findSnapshot(restic, request.snapshot);
  // Beside the target: databases are moved from there, which only works on one file system.
  const scratch = await host.fs.scratch(join(into, ".."), ".claw-ir-restic-");
  try {
    const stagePath = `/${stageName}`;
    await restic(["restore", snapshot.id, "--target", into, "--exclude", stagePath], { timeoutMs: longMs });
    await restic(["restore", snapshot.id, "--target", scratch, "--include", stagePath], {
      timeoutMs: longMs,
    });
    const folder = join(scratch, stageName);
    const { lines, end } = await manifestIn(host, folder);
    await placeDatabases(host, { folder, into, lines });
    return { snapshot, seconds: (host.clock.monotonic() - startedAt) / 1000, lines, end };
  } finally {
    await host.fs.removeScratch(scratch);
  }
}

function broken(why: string): ClawError {
  return new ClawError(`the snapshot is not one that claw-ir can restore: ${why}`, {
    exit: "tampered",
    code: "bad-snapshot",
    hint: "restic restore brings its files back all the same",
  });
}

async function manifestIn(host: Host, folder: string): Promise<Pick<ResticRestored, "lines" | "end">> {
  const path = join(folder, manifestName);
  if ((await host.fs.stat(path)) === undefined) throw broken("it has no manifest");
  const texts = (await host.fs.readText(path, { maxBytes: maxManifest }))
    .split("\n")
    .filter((line) => line !== "");
  const end = dict(parseJson(texts.pop() ?? ""));
  const lines = texts.map((text) => {
    const line = lineOf(dict(parseJson(text)));
    if (line === undefined) throw broken("its manifest has a line that is none");
    return line;
  });
  if (end["type"] !== "end" || end["entries"] !== lines.length) throw broken("its manifest is not whole");
  return { lines, end };
}

function lineOf(value: Dict): ManifestLine | undefined {
  const texts = textsOf(value, ["path", "type", "mode", "mtime"] as const);
  const numbers = ["size", "uid", "gid"].map((key) => num(value[key]));
  const { path, type, mode, mtime } = texts;
  const [size, uid, gid] = numbers;
  if (path === undefined || type === undefined || mode === undefined || mtime === undefined) return undefined;
  if (size === undefined || uid === undefined || gid === undefined) return undefined;
  return {
    ...{ path, type, size, mode, uid, gid, mtime },
    ...textsOf(value, ["sha256", "link", "reason"] as const),
    ...(value["stored"] === false ? { stored: false as const } : {}),
    ...(value["partial"] === true ? { partial: true as const } : {}),
  };
}

function textsOf<Name extends string>(
  value: Dict,
  names: readonly Name[],
): { readonly [N in Name]?: string } {
  const found: { [N in Name]?: string } = {};
  for (const name of names) {
    const text = str(value[name]);
    if (text !== undefined) found[name] = text;
  }
  return found;
}

/** Only where the manifest knows a file of this name, and only into folders that restic has just made. */
async function placeDatabases(
  host: Host,
  {
    folder,
    into,
    lines,
  }: { readonly folder: string; readonly into: string; readonly lines: readonly ManifestLine[] },
): Promise<void> {
  const byPath = new Map(lines.map((line) => [line.path, line]));
  const copies = dict(parseJson(await host.fs.readText(join(folder, stagedList))));
  for (const [path, number] of Object.entries(copies)) {
    const line = byPath.get(path);
    const isName = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
    if (line?.type !== "file" || !isName || typeof number !== "string" || !/^\d{4,9}$/.test(number))
      throw broken(`it lists a database that is none: ${shown(path, 80)}`);
    const target = join(into, path);
    await insideOnly(host, into, path);
    await host.fs.rename(join(folder, number), target);
    await host.fs.chmod(target, Number.parseInt(line.mode, 8) & 0o7777);
  }
}

/** Every folder on the way is a folder, so that no link leads out; nothing stands at the place itself. */
async function insideOnly(host: Host, into: string, path: string): Promise<void> {
  const parts = path.split("/");
  for (let count = 1; count < parts.length; count += 1) {
    const stat = await host.fs.stat(join(into, ...parts.slice(0, count)));
    if (stat?.kind !== "dir") throw broken(`a database has no folder to go to: ${shown(path, 80)}`);
  }
  if ((await host.fs.stat(join(into, path))) !== undefined)
    throw broken(`something is in the place of a database: ${shown(path, 80)}`);
}
