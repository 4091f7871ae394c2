import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import { isoOf } from "../../model/json.ts";
import type { SkillFile } from "../../model/skill-records.ts";

const maxFiles = 2000;
const maxDepth = 12;
const maxText = 256 * 1024;
const maxFileBytes = 512 * 1024 * 1024;
const chunk = 256 * 1024;

export interface SkillFiles {
  readonly files: readonly SkillFile[];
  readonly problems: readonly string[];
}

/**
 * Every file below a folder that holds no links, sorted by path. Links are recorded with their target as text and never
 * followed; FIFOs, sockets and devices are recorded without being opened.
 */
export async function filesBelow(host: Host, dir: string, shown: string): Promise<SkillFiles> {
  const files: SkillFile[] = [];
  const problems: string[] = [];
  const walk = async (folder: string, prefix: string, depth: number): Promise<void> => {
    for (const entry of await host.fs.list(folder)) {
      if (files.length >= maxFiles || depth > maxDepth) {
        problems.push(`${shown} holds more than is looked at (${maxFiles} files, ${maxDepth} levels)`);
        return;
      }
      const path = join(folder, entry.name);
      const name = `${prefix}${entry.name}`;
      try {
        if (entry.kind === "dir") await walk(path, `${name}/`, depth + 1);
        else files.push(await fileOf(host, path, name));
      } catch (error) {
        problems.push(`${shown}/${name} could not be read: ${messageOf(error)}`);
      }
    }
  };
  await walk(dir, "", 0);
  files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { files, problems: [...new Set(problems)] };
}

/** One file with its hash. Throws what the file system throws. */
export async function fileOf(host: Host, path: string, name: string): Promise<SkillFile> {
  const stat = await host.fs.stat(path);
  const modifiedAt = isoOf(stat?.mtimeMs);
  const base = { path: name, ...(modifiedAt === undefined ? {} : { modifiedAt }) };
  if (stat?.kind === "symlink") {
    const text = `link to ${await host.fs.readlink(path)}`;
    return { ...base, bytes: 0, sha256: hashOf(text), text, executable: false };
  }
  if (stat?.kind !== "file") {
    const text = `not a regular file: ${stat?.kind ?? "gone"}`;
    return { ...base, bytes: 0, sha256: hashOf(text), text, executable: false };
  }
  if (stat.size > maxFileBytes) throw new Error(`it is larger than ${maxFileBytes} bytes`);
  const { sha256, head, bytes } = hashFile(host, path);
  const text = bytes <= maxText ? asText(head) : undefined;
  return {
    ...base,
    bytes,
    sha256,
    ...(text === undefined ? {} : { text }),
    executable: (stat.mode & 0o111) !== 0,
  };
}

function hashFile(
  host: Host,
  path: string,
): { readonly sha256: string; readonly head: Uint8Array; readonly bytes: number } {
  const file = host.fs.open(path);
  try {
    const hash = createHash("sha256");
    const head = new Uint8Array(maxText);
    const buffer = new Uint8Array(chunk);
    let bytes = 0;
    for (let got = file.read(buffer); got > 0; got = file.read(buffer)) {
      const part = buffer.subarray(0, got);
      hash.update(part);
      if (bytes < maxText) head.set(part.subarray(0, Math.min(got, maxText - bytes)), bytes);
      bytes += got;
      if (bytes > maxFileBytes) throw new Error("it grew while it was read");
    }
    return { sha256: hash.digest("hex"), head: head.subarray(0, Math.min(bytes, maxText)), bytes };
  } finally {
    file.close();
  }
}

/** Undefined for what holds a NUL byte. Invalid UTF-8 is shown with U+FFFD: hidden text must not hide behind it. */
function asText(bytes: Uint8Array): string | undefined {
  return bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
