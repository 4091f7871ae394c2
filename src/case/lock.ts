import { join } from "node:path";
import type { Db, Host } from "../host/host.ts";
import { ClawError, codeOf } from "../model/errors.ts";
import { shown } from "../model/text.ts";
import { acquire, type Holder, holderAt, type Lock } from "./lock-file.ts";

export type { Holder, Lock } from "./lock-file.ts";

export const lockName = "case.lock";

/**
 * Takes the case for this process. A lock whose process is gone is taken over; `guard`, the case's database, makes sure
 * that only one of several does that. Throws "case-locked" (exit 11) if another claw-ir works on the case.
 */
export function acquireLock(host: Host, folder: string, guard: Db | undefined): Promise<Lock> {
  return acquire(host, {
    path: join(folder, lockName),
    what: "the case's lock",
    guard: (work) => guarded(host, guard, work),
    inUse: (holder) => lockedError(folder, holder),
  });
}

/**
 * The same for other work that only one claw-ir may do, such as backups: `path` is the lock's file, `task` what the other one
 * is doing ("another claw-ir is …"). Where a lock was taken over, an empty `PATH.guard` stays behind. Throws `code` (exit 11).
 */
export function acquireTaskLock(host: Host, path: string, task: string, code: string): Promise<Lock> {
  return acquire(host, {
    path,
    what: `the lock ${path}`,
    guard: async (work) => {
      const db = await host.sqlite.open(`${path}.guard`, { create: true });
      try {
        await guarded(host, db, work);
      } finally {
        db.close();
      }
    },
    inUse: (holder) =>
      new ClawError(`another claw-ir is ${task}`, { exit: "locked", code, hint: holderHint(holder) }),
  });
}

/** Whether a living claw-ir holds the case, and which. */
export function lockHolder(host: Host, folder: string): Promise<Holder | "unknown" | undefined> {
  return holderAt(host, join(folder, lockName));
}

/** SQLite's write lock dies with its process, so nothing can be left behind here. */
async function guarded(host: Host, db: Db | undefined, work: () => Promise<void>): Promise<void> {
  if (db === undefined) return work();
  db.pragma("busy_timeout = 0");
  try {
    db.exec("BEGIN IMMEDIATE");
  } catch (error) {
    if (codeOf(error)?.startsWith("SQLITE_BUSY") !== true) throw error;
    await host.clock.sleep(50);
    return;
  } finally {
    db.pragma("busy_timeout = 2000");
  }
  try {
    await work();
  } finally {
    db.exec("ROLLBACK");
  }
}

function lockedError(folder: string, holder: Holder): ClawError {
  const id = folder.split("/").at(-1) ?? folder;
  return new ClawError(`case ${shown(id)} is in use by another claw-ir`, {
    exit: "locked",
    code: "case-locked",
    hint: holderHint(holder),
  });
}

function holderHint({ pid, host, at: since }: Holder): string {
  return `process ${pid} on ${shown(host)} has had it since ${shown(since)}: wait for it, or end that process`;
}
