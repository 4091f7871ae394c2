import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import type { MemoryEntry } from "../../model/activity-records.ts";
import { messageOf } from "../../model/errors.ts";
import { isoOf } from "../../model/json.ts";
import type { Reading } from "../../model/outcome.ts";
import { read } from "../../model/outcome.ts";
import type { Installation } from "../types.ts";
import type { FileView } from "../view.ts";

const headBytes = 4096;
const maxBytes = 64 * 1024 * 1024;
const maxFiles = 5000;
const maxDepth = 5;

/** Files of a workspace that OpenClaw loads or indexes as memory (docs/concepts/memory of 2026.9.6; lower case before 2026.3). */
const single = ["MEMORY.md", "memory.md", "USER.md", "DREAMS.md"];

interface Scan {
  readonly host: Host;
  readonly view: FileView;
  readonly installation: Installation;
  readonly found: MemoryEntry[];
  readonly problems: string[];
  readonly seen: Set<string>;
}

/**
 * Memory files of every agent: hash of the whole, text of the first 4 KiB. Who wrote a file is not in it, so that its origin
 * is "unknown"; the index in the database tells more of the parts it indexed.
 */
export async function readMemoryFiles(
  host: Host,
  view: FileView,
  installation: Installation,
): Promise<Reading<MemoryEntry>> {
  const scan: Scan = { host, view, installation, found: [], problems: [], seen: new Set() };
  for (const { id, workspace } of installation.agents) {
    for (const name of single) await add(scan, id, join(workspace, name));
    await addFolder(scan, id, join(workspace, "memory"), 0);
  }
  return read(scan.found, [...new Set(scan.problems)].slice(0, 50));
}

async function addFolder(scan: Scan, agent: string, dir: string, depth: number): Promise<void> {
  const shown = scan.installation.target.toHost(dir);
  if (depth > maxDepth) {
    scan.problems.push(`${shown} lies deeper than is looked at`);
    return;
  }
  try {
    for (const entry of await scan.view.list(dir)) {
      if (scan.found.length >= maxFiles) {
        scan.problems.push(`more than ${maxFiles} memory files; the rest was left out`);
        return;
      }
      const path = join(dir, entry.name);
      if (entry.kind === "dir") await addFolder(scan, agent, path, depth + 1);
      else if (/\.(?:md|json|jsonl|txt)$/i.test(entry.name)) await add(scan, agent, path);
    }
  } catch (error) {
    scan.problems.push(`${shown} could not be listed: ${messageOf(error)}`);
  }
}

async function add(scan: Scan, agent: string, path: string): Promise<void> {
  const shown = scan.installation.target.toHost(path);
  try {
    const real = await scan.view.resolve(path);
    const stat = await scan.host.fs.stat(real);
    if (stat === undefined || scan.seen.has(real)) return;
    scan.seen.add(real);
    if (stat.kind !== "file") throw new Error(`it is no regular file but a ${stat.kind}`);
    const modifiedAt = isoOf(stat.mtimeMs);
    scan.found.push({
      agent,
      subject: shown,
      origin: "unknown",
      ...(modifiedAt === undefined ? {} : { observedAt: modifiedAt }),
      bytes: stat.size,
      ...contentOf(scan.host, real),
      place: { path: shown },
    });
  } catch (error) {
    scan.problems.push(`${shown} could not be read: ${messageOf(error)}`);
  }
}

/** Without a hash where the file is larger than 64 MiB. */
function contentOf(host: Host, path: string): Pick<MemoryEntry, "sha256" | "text"> {
  const file = host.fs.open(path);
  try {
    const hash = createHash("sha256");
    const buffer = new Uint8Array(65_536);
    let text = "";
    let size = 0;
    for (let got = file.read(buffer); got > 0; got = file.read(buffer)) {
      if (size === 0) text = new TextDecoder().decode(buffer.subarray(0, Math.min(got, headBytes)));
      size += got;
      if (size > maxBytes) return { text };
      hash.update(buffer.subarray(0, got));
    }
    return { sha256: hash.digest("hex"), text };
  } finally {
    file.close();
  }
}
