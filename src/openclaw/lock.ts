import { join } from "node:path";
import type { Host, ProcessRecord } from "../host/host.ts";
import { dict, isDict, num, str } from "../model/json.ts";
import { present } from "./present.ts";
import type { FileView } from "./view.ts";

/** What a gateway writes into its lock files. */
export interface GatewayLock {
  readonly file: string;
  readonly pid: number;
  /** Clock ticks since boot on Linux; guards against a reused pid. */
  readonly startTime?: number;
  readonly port?: number;
  readonly stateDir?: string;
  readonly configPath?: string;
  readonly createdAt?: string;
  readonly role: string;
}

const maxLockBytes = 64 * 1024;
const lockName = /^gateway\.[A-Za-z0-9_-]{1,64}\.lock$/;
const lockFolder = /^openclaw(?:-\d{1,10})?$/;

/**
 * Reads one lock file's text. OpenClaw pads the JSON with some 500 blanks or tabs, and a lock that was being written may
 * carry more after it: the first JSON object counts. Undefined if there is none with a plausible pid.
 */
export function parseLock(text: string, file: string): GatewayLock | undefined {
  const value = firstObject(text);
  const pid = num(value["pid"]);
  if (pid === undefined || !Number.isSafeInteger(pid) || pid <= 1) return undefined;
  const port = num(value["port"]);
  return {
    file,
    pid,
    role: str(value["role"]) ?? "gateway",
    ...present({
      startTime: num(value["startTime"]),
      port: port !== undefined && Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined,
      stateDir: str(value["stateDir"]),
      configPath: str(value["configPath"]),
      createdAt: str(value["createdAt"]),
    }),
  };
}

function firstObject(text: string): Readonly<Record<string, unknown>> {
  const whole = tryParse(text.replaceAll("\0", " ").trim());
  if (whole !== undefined) return whole;
  const start = text.indexOf("{");
  // An object that something follows: cut at each closing brace, the first that parses wins. Locks have a few braces only.
  let end = start < 0 ? -1 : text.indexOf("}", start);
  for (let tries = 0; end >= 0 && tries < 32; tries += 1) {
    const part = tryParse(text.slice(start, end + 1));
    if (part !== undefined) return part;
    end = text.indexOf("}", end + 1);
  }
  return dict(undefined);
}

function tryParse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isDict(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export interface LockReading {
  readonly locks: readonly GatewayLock[];
  /** Lock files that are there and say nothing usable; paths as given by the view. */
  readonly unreadable: readonly string[];
}

/** The gateway locks of a state dir: `tmp/openclaw-<uid>/gateway.*.lock`, that of the state first. */
export async function readLocks(view: FileView, stateDir: string): Promise<LockReading> {
  const locks: GatewayLock[] = [];
  const unreadable: string[] = [];
  for (const file of await lockFiles(view, stateDir)) {
    try {
      const lock = parseLock(await view.readText(file, maxLockBytes), file);
      if (lock === undefined) unreadable.push(file);
      else if (lock.role === "gateway") locks.push(lock);
    } catch {
      unreadable.push(file);
    }
  }
  return { locks, unreadable };
}

async function lockFiles(view: FileView, stateDir: string): Promise<readonly string[]> {
  const files: string[] = [];
  const tmp = join(stateDir, "tmp");
  for (const folder of await listOrNothing(view, tmp)) {
    if (!lockFolder.test(folder)) continue;
    for (const name of await listOrNothing(view, join(tmp, folder))) {
      if (lockName.test(name)) files.push(join(tmp, folder, name));
    }
  }
  return files.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).slice(0, 64);
}

function rank(file: string): number {
  return file.endsWith("gateway.state.lock") ? 0 : 1;
}

async function listOrNothing(view: FileView, dir: string): Promise<readonly string[]> {
  try {
    return (await view.list(dir)).map((entry) => entry.name);
  } catch {
    return [];
  }
}

/** Names under which OpenClaw's gateway shows in a process list (its own check, and the title it gives itself). */
export function looksLikeGateway(process: Pick<ProcessRecord, "argv" | "comm">): boolean {
  const argv = process.argv.map((arg) => arg.replaceAll("\\", "/").toLowerCase());
  const first = (argv[0] ?? "").trim();
  if (/(?:^|\/)(?:openclaw|clawdbot|moltbot)-gateway(?:\s|$)/.test(first)) return true;
  if (/^(?:openclaw|clawdbot)-gatew/.test(process.comm)) return true;
  const entry = argv.some(
    (arg) =>
      /(?:^|\/)(?:openclaw|clawdbot|moltbot)(?:\.m?js)?$/.test(arg) ||
      /\/(?:openclaw|clawdbot|moltbot)\/dist\/(?:index|entry)\.m?js$/.test(arg),
  );
  return entry && argv.includes("gateway");
}

/** Whether the lock names this very process: same pid, same start, and not a zombie. */
export function isLockOwner(lock: GatewayLock, process: ProcessRecord): boolean {
  if (process.pid !== lock.pid || process.state === "Z") return false;
  return lock.startTime === undefined ? looksLikeGateway(process) : process.startTicks === lock.startTime;
}

/** Whether the lock was written for this state dir, and did not come along with a copy of another. */
export async function isLockOf(host: Host, lock: GatewayLock, stateDir: string): Promise<boolean> {
  const written = lock.stateDir ?? (lock.configPath === undefined ? undefined : join(lock.configPath, ".."));
  if (written === undefined || written === stateDir) return true;
  return (await canonical(host, written)) === (await canonical(host, stateDir));
}

/** The real path where there is one, else the path itself. */
export async function canonical(host: Host, path: string): Promise<string> {
  try {
    return await host.fs.realpath(path);
  } catch {
    return path;
  }
}
