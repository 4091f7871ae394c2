import type { ProcessRecord, SocketRecord } from "../host/host.ts";
import { shown } from "../model/text.ts";
import { containerOf, isServiceGateway, stateDirOf } from "./family.ts";
import { isLockOwner, looksLikeGateway } from "./lock.ts";
import type { GatewayLock } from "./lock.ts";

/** What was seen of the host at one moment. */
export interface Scene {
  readonly processes: readonly ProcessRecord[];
  readonly sockets: readonly SocketRecord[];
  /** The owner of the state dir. */
  readonly uid: number;
  readonly stateDir: string;
  readonly isOurs: (stateDir: string) => boolean;
  readonly port: number;
  readonly self: number;
}

/** Which processes are the gateway, and by what. */
export interface Claims {
  readonly gateways: readonly ProcessRecord[];
  readonly port: number;
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
}

export interface LockClaim {
  readonly lock: GatewayLock;
  /** Its paths do not exist here: written inside a container, where pids count differently. */
  readonly inContainer: boolean;
}

interface Draft {
  readonly gateways: Map<number, ProcessRecord>;
  readonly evidence: string[];
  readonly warnings: string[];
  port: number;
}

/** Judges locks, sockets and environments. Pure. */
export function claimants(scene: Scene, locks: readonly LockClaim[], warnings: readonly string[]): Claims {
  const draft: Draft = { gateways: new Map(), evidence: [], warnings: [...warnings], port: scene.port };
  for (const claim of locks) byLock(scene, claim, draft);
  byPort(scene, draft);
  byEnvironment(scene, draft);
  return { ...draft, gateways: [...draft.gateways.values()] };
}

function byLock(scene: Scene, { lock, inContainer }: LockClaim, draft: Draft): void {
  const name = lock.file.split("/").at(-1) ?? lock.file;
  const owner =
    scene.processes.find((one) => isLockOwner(lock, one)) ??
    (inContainer ? scene.processes.find((one) => isContained(lock, one)) : undefined);
  if (owner === undefined) {
    draft.warnings.push(staleText(scene, lock, name));
    return;
  }
  // Whoever can write into the state dir can write a lock that names any process: it has to be a gateway, too.
  if (
    owner.pid === scene.self ||
    !(looksLikeGateway(owner) || listens(scene, owner.pid, lock.port ?? scene.port))
  ) {
    draft.warnings.push(
      `the lock file ${name} names pid ${owner.pid} (${shown(owner.comm, 40)}), which neither looks like a gateway nor listens on its port: it is left alone`,
    );
    return;
  }
  draft.gateways.set(owner.pid, owner);
  draft.evidence.push(`lock file ${name}: pid ${owner.pid}, start time matches`);
  if (lock.port !== undefined) draft.port = lock.port;
}

function isContained(lock: GatewayLock, one: ProcessRecord): boolean {
  return (
    one.state !== "Z" &&
    lock.startTime === one.startTicks &&
    looksLikeGateway(one) &&
    containerOf(one.cgroup) !== undefined
  );
}

function staleText(scene: Scene, lock: GatewayLock, name: string): string {
  const there = scene.processes.find((one) => one.pid === lock.pid);
  const why =
    there === undefined
      ? "is gone"
      : there.state === "Z"
        ? "is a zombie"
        : "now belongs to another process that started later";
  return `the lock file ${name} is stale: pid ${lock.pid} ${why}`;
}

function listens(scene: Scene, pid: number, port: number): boolean {
  return listeners(scene, port).some((socket) => socket.pids.includes(pid));
}

function listeners(scene: Scene, port: number): readonly SocketRecord[] {
  return scene.sockets.filter(
    (socket) => socket.protocol.startsWith("tcp") && socket.state === "LISTEN" && socket.localPort === port,
  );
}

function byPort(scene: Scene, draft: Draft): void {
  for (const port of new Set([draft.port, scene.port])) {
    const seen = new Set<string>();
    for (const socket of listeners(scene, port)) {
      if (socket.pids.length === 0) unseenHolder(scene, socket, port, draft, seen);
      for (const pid of socket.pids) holder(scene, pid, port, draft);
    }
  }
}

function unseenHolder(
  scene: Scene,
  socket: SocketRecord,
  port: number,
  draft: Draft,
  seen: Set<string>,
): void {
  const text =
    socket.uid === scene.uid
      ? `port ${port} is open, and which process holds it may not be read by this user`
      : `port ${port} is held by a process of uid ${socket.uid}, not of the owner of this state (uid ${scene.uid})`;
  if (draft.gateways.size === 0 && !seen.has(text)) draft.warnings.push(text);
  seen.add(text);
}

function holder(scene: Scene, pid: number, port: number, draft: Draft): void {
  const one = scene.processes.find((process) => process.pid === pid);
  if (one === undefined) return;
  if (draft.gateways.has(pid)) {
    const evidence = `listens on port ${port}: pid ${pid}`;
    if (!draft.evidence.includes(evidence)) draft.evidence.push(evidence);
    return;
  }
  // A socket handed down to a child is held by both.
  if (draft.gateways.has(one.ppid)) return;
  const dir = stateDirOf(one);
  const who = `pid ${pid} (${shown(one.argv[0] ?? one.comm, 60)})`;
  if (!looksLikeGateway(one))
    warn(draft, `port ${port} is held by ${who}, which does not look like an OpenClaw gateway`);
  else if (one.uid !== scene.uid)
    warn(draft, `port ${port} is held by the gateway of another user: ${who}, uid ${one.uid}`);
  else if (dir !== undefined && !scene.isOurs(dir))
    warn(draft, `port ${port} is held by the gateway of another state (${shown(dir, 120)}): ${who}`);
  else {
    draft.gateways.set(pid, one);
    draft.evidence.push(`listens on port ${port}: pid ${pid}`);
  }
}

function warn(draft: Draft, text: string): void {
  if (!draft.warnings.includes(text)) draft.warnings.push(text);
}

/**
 * A gateway that has lost its lock and closed its port, as one that hangs in its shutdown, still has its environment. One
 * that starts is titled "openclaw" for some seconds, as any of OpenClaw's commands: only a service manager's mark tells it.
 */
function byEnvironment(scene: Scene, draft: Draft): void {
  for (const one of scene.processes.filter((other) => other.uid === scene.uid && other.state !== "Z")) {
    if (draft.gateways.has(one.pid) || draft.gateways.has(one.ppid) || one.pid === scene.self) continue;
    const titled = one.comm === "openclaw";
    if ((!titled && !looksLikeGateway(one)) || !worksOn(scene, one)) continue;
    if (titled && !isServiceGateway(one)) {
      warn(
        draft,
        `pid ${one.pid} (openclaw) works on this state: one of OpenClaw's commands, or a gateway about to start`,
      );
      continue;
    }
    draft.gateways.set(one.pid, one);
    draft.evidence.push(`process title and environment: pid ${one.pid}`);
  }
}

function worksOn(scene: Scene, one: ProcessRecord): boolean {
  const dir = stateDirOf(one);
  return dir !== undefined && scene.isOurs(dir);
}
