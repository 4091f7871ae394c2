import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { databaseName } from "./database.ts";

export interface DatabaseCopy {
  readonly path: string;
  /** False where a claw-ir at work kept changing it, so that the copy may be one of a moment that never was. */
  readonly atRest: boolean;
}

/** A copy with its -wal that belongs together: copied again if a claw-ir at work changed something meanwhile. */
export async function copyDatabase(
  host: Pick<Host, "fs" | "clock">,
  folder: string,
  scratch: string,
): Promise<DatabaseCopy> {
  const from = join(folder, databaseName);
  for (let attempt = 1; ; attempt += 1) {
    const to = join(scratch, `${attempt}.sqlite`);
    const before = await stamp(host, from);
    // The log first: what is moved from it into the database in between is then in both.
    if ((await host.fs.stat(`${from}-wal`)) !== undefined) await host.fs.copy(`${from}-wal`, `${to}-wal`);
    await host.fs.copy(from, to);
    if ((await stamp(host, from)) === before) return { path: to, atRest: true };
    if (attempt === 10) return { path: to, atRest: false };
    await host.clock.sleep(100);
  }
}

async function stamp(host: Pick<Host, "fs">, path: string): Promise<string> {
  const stats = [await host.fs.stat(path), await host.fs.stat(`${path}-wal`)];
  return stats.map((one) => (one === undefined ? "-" : `${one.size}/${one.mtimeNs}/${one.ino}`)).join(" ");
}
