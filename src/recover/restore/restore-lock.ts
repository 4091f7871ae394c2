/**
 * One claw-ir at a time restores to a place. The lock lies beside it, not in the data folder: two that have different data
 * folders must meet as well.
 */
import { dirname } from "node:path";
import { acquire, type Lock } from "../../case/lock-file.ts";
import type { Host } from "../../host/host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";

/** Throws "restore-running" (exit 11) if another one has it, "target-not-writable" (exit 1) where nothing can be written. */
export async function withRestoreLock<T>(host: Host, target: string, work: () => Promise<T>): Promise<T> {
  const lock = await taken(host, target);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function taken(host: Host, target: string): Promise<Lock> {
  const path = `${target}.claw-ir-restore.lock`;
  try {
    return await acquire(host, { path, what: "the restore's lock", guard: (work) => work(), inUse });
  } catch (error) {
    if (error instanceof ClawError && error.exit === "failed")
      throw notWritable(dirname(target), codeOf(error.cause), error);
    throw error;
  }
}

export function notWritable(folder: string, code: string | undefined, cause: unknown): ClawError {
  return new ClawError(`nothing can be written in ${shown(folder)} (${code ?? "unknown reason"})`, {
    exit: "failed",
    code: "target-not-writable",
    hint: "name another place with --target",
    cause,
  });
}

function inUse({ pid, at }: { readonly pid: number; readonly at: string }): ClawError {
  return new ClawError("another claw-ir restores to the same place", {
    exit: "locked",
    code: "restore-running",
    hint: `process ${pid} has been at it since ${shown(at)}: wait for it, or end that process`,
  });
}
