import { basename, dirname, join } from "node:path";
import { sidecarPath } from "../../archive/index.ts";
import { acquireTaskLock } from "../../case/lock.ts";
import type { Host } from "../../host/host.ts";

/** Where backups go unless -o says otherwise. */
export function backupsFolder(dataDir: string): string {
  return join(dataDir, "backups");
}

/** One claw-ir at a time makes, prunes or tidies up backups of a data folder; another one gets exit 11. */
export async function withBackupLock<T>(host: Host, dataDir: string, work: () => Promise<T>): Promise<T> {
  const path = join(dataDir, "backup.lock");
  const lock = await acquireTaskLock(host, path, "making or pruning backups", "backup-locked");
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

const ourArchive = /^openclaw-(?:backup|evidence)-[A-Za-z0-9._-]+\.tar(?:\.zst|\.gz)?(?:\.gpg)?$/;
/** What writeAtomic leaves of a sidecar, a signature or the catalog when it is killed. */
const ourTemporary =
  /^\.(?:catalog\.json|openclaw-(?:backup|evidence)-[A-Za-z0-9._-]+\.seal\.json(?:\.sig)?)\.[0-9a-f]{12}\.partial$/;

/** A name that archives of ours have when nobody chose another. */
export function isOurName(name: string): boolean {
  return ourArchive.test(name);
}

/**
 * Removes what a run that was killed left in the backups folder; whoever calls holds the lock, so nobody writes there now.
 * Only regular files of our names go: `X.partial`, a sidecar and signature whose archive was never finished. Returns names.
 */
export async function removeLeftovers(host: Host, dataDir: string): Promise<readonly string[]> {
  const folder = backupsFolder(dataDir);
  const entries = await host.fs.list(folder).catch(() => []);
  const files = new Set(entries.filter(({ kind }) => kind === "file").map(({ name }) => name));
  const left = [...files].filter((name) => ourTemporary.test(name));
  for (const name of files) {
    const archive = name.endsWith(".partial") ? name.slice(0, -".partial".length) : undefined;
    if (archive === undefined || !isOurName(archive)) continue;
    // The archive's own name last: as long as it is there, the rest is found again.
    if (!files.has(archive)) {
      const sidecar = basename(sidecarPath(join(folder, archive)));
      left.push(...[`${sidecar}.sig`, sidecar].filter((one) => files.has(one)));
    }
    left.push(name);
  }
  for (const name of left) await host.fs.remove(join(folder, name));
  if (left.length > 0) await host.fs.syncDir(folder);
  return left;
}

/** Beside the archive: its sidecar and the signature of that. */
export function besideArchive(archive: string): readonly [sidecar: string, signature: string] {
  const sidecar = sidecarPath(archive);
  return [sidecar, join(dirname(sidecar), `${basename(sidecar)}.sig`)];
}
