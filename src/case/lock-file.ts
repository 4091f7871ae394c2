/** A file that only one living process holds: made with O_EXCL, and taken over once its process is gone. */
import { Buffer } from "node:buffer";
import type { Host, WriteHandle } from "../host/host.ts";
import { type ClawError, codeOf } from "../model/errors.ts";
import { at, num, parseJson, str } from "../model/json.ts";
import { storageError, storing } from "./failure.ts";

/** Who holds a lock: a process is named for ever by pid, start time and boot. */
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

export interface LockFile {
  readonly path: string;
  /** For messages: "the case's lock". */
  readonly what: string;
  /** Lets one process at a time do the work that takes a lock over, or none of them now. */
  readonly guard: (work: () => Promise<void>) => Promise<void>;
  readonly inUse: (holder: Holder) => ClawError;
}

/** Throws what `inUse` makes of a living holder. */
export async function acquire(host: Host, { path, what, guard, inUse }: LockFile): Promise<Lock> {
  const mine = await holderOfThis(host);
  for (;;) {
    if (await write(host, path, what, mine)) return { release: () => release(host, path, mine) };
    const found = await inspect(host, path);
    if (found.state === "live") throw inUse(found.holder);
    if (found.state === "writing") await host.clock.sleep(50);
    if (found.state === "stale") await guard(() => removeIfSame(host, path, found.text));
  }
}

/** Who holds the lock and lives; "unknown" if it is just being written. */
export async function holderAt(host: Host, path: string): Promise<Holder | "unknown" | undefined> {
  const found = await inspect(host, path);
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

async function write(host: Host, path: string, what: string, mine: Holder): Promise<boolean> {
  return storing(`taking ${what}`, async () => {
    try {
      await put(await host.fs.create(path), `${JSON.stringify(mine)}\n`);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  });
}

/** On a full disk a file can be made and not be written: an empty lock must not be left. */
async function put(handle: WriteHandle, text: string): Promise<void> {
  try {
    await handle.write(Buffer.from(text));
    await handle.finish();
  } catch (error) {
    await handle.discard().catch(() => undefined);
    throw error;
  }
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
    throw storageError(error, "reading a lock");
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

async function release(host: Host, path: string, mine: Holder): Promise<void> {
  const text = await readLock(host, path);
  if (text !== undefined && holderOf(text)?.nonce === mine.nonce) await host.fs.remove(path);
}
