import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import { dict, parseJson, str } from "../../model/json.ts";
import type { Installation } from "../types.ts";
import type { FileView } from "../view.ts";
import type { ArchiveFile } from "./source.ts";
import { present } from "../present.ts";
import { timeOf } from "./rows.ts";
import { unpackZstd } from "./zstd.ts";

/** An archive larger than this, packed or unpacked, is named as a blind spot instead of being read. */
export const maxArchiveBytes = 256 * 1024 * 1024;
const maxFiles = 20_000;

// <session>.jsonl.deleted.2026-11-20T10-48-20.741Z[.<generation>][.zst]
const archiveName =
  /^(.{1,200}?)\.jsonl\.(deleted|reset)\.(\d{4}-\d\d-\d\dT\d\d)[-:](\d\d)[-:](\d\d(?:\.\d{1,9})?Z)(?:\.[A-Za-z0-9]{1,64})?(?:\.zst)?$/;

/** Transcripts of deleted and reset sessions that lie as files beside the databases. */
export async function findArchives(
  host: Host,
  view: FileView,
  installation: Installation,
): Promise<readonly ArchiveFile[]> {
  const { target } = installation;
  const found: ArchiveFile[] = [];
  for (const agent of installation.agents) {
    const dir = join(target.stateDir, "agents", agent.id, "sessions");
    for (const folder of [dir, join(dir, "cold")]) {
      for (const entry of await view.list(folder).catch(() => [])) {
        const named = folder === dir ? nameOf(entry.name) : coldOf(entry.name);
        if (named === undefined || found.length >= maxFiles) continue;
        const file = await regularFile(host, view, join(folder, entry.name));
        if (file === undefined) continue;
        const shown = target.toHost(join(folder, entry.name));
        found.push({ agent: agent.id, ...file, shown, name: entry.name, ...named });
      }
    }
  }
  return found;
}

type Named = Pick<ArchiveFile, "sessionId" | "kind" | "at">;

function nameOf(name: string): Named | undefined {
  const match = archiveName.exec(name);
  if (match === null) return undefined;
  const [, sessionId = "", kind, day = "", minute = "", second = ""] = match;
  return {
    sessionId,
    kind: kind === "reset" ? "reset" : "deleted",
    ...present({ at: timeOf(`${day}:${minute}:${second}`) }),
  };
}

/** Cold transcripts are named by their hash; the first line names the session. */
function coldOf(name: string): Named | undefined {
  return /^[0-9a-f]{64}\.jsonl(?:\.zst)?$/.test(name) ? { sessionId: "", kind: "cold" } : undefined;
}

async function regularFile(
  host: Host,
  view: FileView,
  path: string,
): Promise<Pick<ArchiveFile, "path" | "size"> | undefined> {
  try {
    const real = await view.resolve(path);
    const stat = await host.fs.stat(real);
    return stat?.kind === "file" ? { path: real, size: stat.size } : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of an archive, or why there are none. */
export type Lines =
  | { readonly lines: readonly string[]; readonly problem?: never }
  | { readonly lines?: never; readonly problem: string };

/** The session an archive's first line names. */
export function sessionIn(lines: readonly string[]): string {
  const first = dict(parseJson(lines[0] ?? ""));
  return first["type"] === "session" ? (str(first["id"]) ?? "") : "";
}

/** Reads an archive file whole, within the limit. Never throws. */
export function readArchive(host: Host, path: string, size: number): Lines {
  if (size > maxArchiveBytes) return { problem: `it is larger than ${maxArchiveBytes} bytes` };
  try {
    const file = host.fs.open(path);
    try {
      const bytes = new Uint8Array(size);
      let at = 0;
      for (let got = -1; at < size && got !== 0; at += got) got = file.read(bytes.subarray(at));
      return linesOf(bytes.subarray(0, at), path.endsWith(".zst"));
    } finally {
      file.close();
    }
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/** JSON lines from stored bytes. */
export function linesOf(bytes: Uint8Array, packed: boolean): Lines {
  const plain = packed ? unpackZstd(bytes, maxArchiveBytes) : { bytes };
  if (plain.bytes === undefined) return { problem: plain.problem };
  return {
    lines: new TextDecoder()
      .decode(plain.bytes)
      .split("\n")
      .filter((line) => line.trim() !== ""),
  };
}
