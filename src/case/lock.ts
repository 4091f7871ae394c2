import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { Db, Host } from "../host/host.ts";
import { ClawError, codeOf } from "../model/errors.ts";
import { at, num, parseJson, str } from "../model/json.ts";
import { shown } from "../model/text.ts";
import { storageError, storing } from "./failure.ts";

export const lockName = "case.lock";

/** Who holds a case: a process is named for ever by pid, start time and boot. */
export interface Holder {
  readonly pid: number;
  /** 0 where the start time could not be read. */
  readonly startTicks: number;
  readonly bootId?: string;
  readonly host: string;
  readonly at: string;
  /** Tells two locks of one process apart. */
  readonly nonce: string;
}

export interface Lock {
  readonly release: () => Promise<void>;
}

/** A lock file without content belongs to a claw-ir that is just writing it, unless it is older than this. */
const writingMs = 5000;

/**
 * Takes the case for this process. A lock whose process is gone is taken over; `guard`, the case's database, makes sure
 * that only one of several does that. Throws "case-locked" (exit 11) if another claw-ir works on the case.
 */
export async function acquireLock(host: Host, folder: string, guard: Db | undefined): Promise<Lock> {
  const path = join(folder, lockName);
  const mine = await holderOfThis(host);
  for (;;) {
    if (await write(host, path, mine)) return { release: () => release(host, path, mine) };
    const found = await inspect(host, path);
    if (found.state === "live") throw lockedError(folder, found.holder);
    if (found.state === "writing") await host.clock.sleep(50);
    if (found.state === "stale") await guarded(host, guard, () => removeIfSame(host, path, found.text));
  }
}

/** Whether a living claw-ir holds the case, and which. */
export async function lockHolder(host: Host, folder: string): Promise<Holder | "unknown" | undefined> {
  const found = await inspect(host, join(folder, lockName));
  if (found.state === "writing") return "unknown";
  return found.state === "live" ? found.holder : undefined;
}

async function holderOfThis(host: Host): Promise<Holder> {
  const self = await host.processes.get(host.facts.pid);
  const boot = await bootId(host);
  return {
    pid: host.facts.pid,
    startTicks: self?.startTicks ?? 0,
    ...(boot === undefined ? {} : { bootId: boot }),
    host: host.facts.hostname,
    at: host.clock.now().toISOString(),
    nonce: Buffer.from(host.random(8)).toString("hex"),
  };
}

async function bootId(host: Host): Promise<string | undefined> {
  if (host.facts.platform !== "linux") return undefined;
  try {
    const text = await host.fs.readText("/proc/sys/kernel/random/boot_id", { maxBytes: 100 });
    return text.trim();
  } catch {
    return undefined;
  }
}

async function write(host: Host, path: string, mine: Holder): Promise<boolean> {
  return storing("taking the case's lock", async () => {
    try {
      const handle = await host.fs.create(path);
      await handle.write(Buffer.from(`${JSON.stringify(mine)}\n`));
      await handle.finish();
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  });
}

type Found =
  | { readonly state: "free" | "writing" }
  | { readonly state: "live"; readonly holder: Holder }
  | { readonly state: "stale"; readonly text: string };

async function inspect(host: Host, path: string): Promise<Found> {
  const stat = await host.fs.stat(path);
  if (stat === undefined) return { state: "free" };
  const text = await readLock(host, path);
  if (text === undefined) return { state: "free" };
  const holder = holderOf(text);
  if (holder === undefined) {
    const age = host.clock.now().getTime() - stat.mtimeMs;
    return Math.abs(age) < writingMs ? { state: "writing" } : { state: "stale", text };
  }
  return (await isGone(host, holder)) ? { state: "stale", text } : { state: "live", holder };
}

async function readLock(host: Host, path: string): Promise<string | undefined> {
  try {
    return await host.fs.readText(path, { maxBytes: 4096 });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw storageError(error, "reading the case's lock");
  }
}

function holderOf(text: string): Holder | undefined {
  const value = parseJson(text);
  const [pid, startTicks] = [num(at(value, "pid")), num(at(value, "startTicks"))];
  const [host, when, nonce] = [str(at(value, "host")), str(at(value, "at")), str(at(value, "nonce"))];
  if (pid === undefined || startTicks === undefined || host === undefined) return undefined;
  if (when === undefined || nonce === undefined) return undefined;
  const boot = str(at(value, "bootId"));
  return { pid, startTicks, host, at: when, nonce, ...(boot === undefined ? {} : { bootId: boot }) };
}

/** Of another machine (a shared folder) nothing is known: its lock counts as held. */
async function isGone(host: Host, holder: Holder): Promise<boolean> {
  if (holder.host !== host.facts.hostname) return false;
  const boot = await bootId(host);
  if (boot !== undefined && holder.bootId !== undefined && boot !== holder.bootId) return true;
  const process = await host.processes.get(holder.pid);
  // This very process lives even where it cannot see itself (no /proc).
  if (process === undefined) return holder.pid !== host.facts.pid;
  if (process.state === "Z") return true;
  return holder.startTicks !== 0 && process.startTicks !== holder.startTicks;
}

async function removeIfSame(host: Host, path: string, text: string): Promise<void> {
  const again = await inspect(host, path);
  if (again.state === "stale" && again.text === text) await host.fs.remove(path);
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

async function release(host: Host, path: string, mine: Holder): Promise<void> {
  const text = await readLock(host, path);
  if (text !== undefined && holderOf(text)?.nonce === mine.nonce) await host.fs.remove(path);
}

function lockedError(folder: string, holder: Holder): ClawError {
  const id = folder.split("/").at(-1) ?? folder;
  return new ClawError(`case ${shown(id)} is in use by another claw-ir`, {
    exit: "locked",
    code: "case-locked",
    hint: `process ${holder.pid} on ${shown(holder.host)} has had it since ${shown(holder.at)}: wait for it, or end that process`,
  });
}
