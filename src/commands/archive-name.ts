import { basename, resolve } from "node:path";
import type { Host } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";
import { shown } from "../model/text.ts";
import { listBackups } from "../preserve/index.ts";

/**
 * The file of an archive that is named by its path, or by its name as `backup list` shows it. A file in the current folder goes
 * first. What is no known name is taken for a path, so that the error says which file is not there.
 */
export async function archiveFile(host: Host, dataDir: string, named: string): Promise<string> {
  const path = resolve(named);
  if (named.includes("/") || (await host.fs.stat(path).catch(() => undefined)) !== undefined) return path;
  const found = (await listBackups(host, dataDir)).filter(({ archive }) =>
    [basename(archive), nameOf(archive)].includes(named),
  );
  const [first, second] = found;
  if (first === undefined) return path;
  if (second === undefined) return first.archive;
  throw new ClawError(`${found.length} archives are called ${shown(named, 120)}`, {
    exit: "usage",
    code: "ambiguous-archive",
    hint: `name one by its path: ${found.map(({ archive }) => shown(archive, 300)).join(", ")}`,
  });
}

/** What `backup list` calls it. */
export function nameOf(archive: string): string {
  return basename(archive).replace(/\.tar\.(?:zst|gz)\.gpg$/, "");
}
