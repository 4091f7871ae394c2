import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import type { Installation } from "../types.ts";
import type { FileView } from "../view.ts";
import type { ArchiveFile } from "./source.ts";
import { present } from "../present.ts";
import { timeOf } from "./rows.ts";

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
