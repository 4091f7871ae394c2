import type { Host, ProcessRecord, SocketRecord } from "../host/host.ts";
import { messageOf } from "../model/errors.ts";
import { familyOf } from "./family.ts";
import { claimants } from "./gateway-claims.ts";
import type { Claims, Scene } from "./gateway-claims.ts";
import { claimsOfLease } from "./lease.ts";
import { canonical, isLockOf, readLocks } from "./lock.ts";
import { findServices } from "./services.ts";
import type { GatewayLocation, Installation, ServiceUnit } from "./types.ts";
import { viewOf } from "./view.ts";

/**
 * Finds the running gateway of this installation without OpenClaw's CLI: lock files, the lease in the state database, the
 * listening socket and the environment of processes, each checked against the process itself (start time, appearance, user).
 * Lists processes and sockets once. Never throws because of what it finds. The state database may have to be copied for it:
 * into a folder of its own in `copiesIn`, which is removed at once.
 */
export async function findGateway(
  host: Host,
  installation: Installation,
  copiesIn = host.facts.tmp,
): Promise<GatewayLocation> {
  const { target } = installation;
  if (!target.live) {
    const services = await findServices(host, installation).catch((): readonly ServiceUnit[] => []);
    return unknown(installation, target.notLiveBecause ?? "this is not the running host", services);
  }
  try {
    return await locate(host, installation, copiesIn);
  } catch (error) {
    if (host.signal.aborted) throw error;
    return unknown(installation, `processes could not be listed: ${messageOf(error)}`, []);
  }
}

function unknown(
  installation: Installation,
  reason: string,
  services: readonly ServiceUnit[],
): GatewayLocation {
  const port = installation.gatewayPort;
  return {
    state: "unknown",
    reason,
    processes: [],
    children: [],
    port,
    portOpen: false,
    services,
    evidence: [],
    warnings: [],
  };
}

async function locate(host: Host, installation: Installation, copiesIn: string): Promise<GatewayLocation> {
  const { target } = installation;
  const view = viewOf(host, target);
  const [list, sockets, reading, owner] = await Promise.all([
    host.processes.list({ hidden: false }),
    host.processes.sockets().catch(() => undefined),
    readLocks(view, target.stateDir),
    view.stat(target.stateDir).catch(() => undefined),
  ]);
  const listed = list.processes;
  const services = findServices(host, installation, listed);
  const stateDir = await canonical(host, target.stateDir);
  const locks = [];
  const foreign = [];
  for (const lock of reading.locks) {
    const inContainer =
      lock.stateDir !== undefined && (await host.fs.stat(lock.stateDir).catch(() => 1)) === undefined;
    if (inContainer || (await isLockOf(host, lock, target.stateDir))) locks.push({ lock, inContainer });
    else foreign.push(lock);
  }
  const scene: Scene = {
    processes: listed,
    sockets: sockets ?? [],
    uid: owner?.uid ?? host.facts.uid,
    stateDir: target.stateDir,
    isOurs: (dir) => dir === target.stateDir || dir === stateDir,
    port: installation.gatewayPort,
    self: host.facts.pid,
  };
  const first = claimants(scene, locks, [
    ...foreign.map(
      (lock) => `the lock file ${lock.file} was written for another state (${lock.stateDir ?? "?"}): a copy`,
    ),
    ...reading.unreadable.map((file) => `the lock file ${file} could not be read`),
  ]);
  const claims =
    first.gateways.length > 0 ? first : await claimsOfLease(host, installation, view, scene, first, copiesIn);
  return await finish(host, scene, claims, sockets, services);
}

async function finish(
  host: Host,
  scene: Scene,
  claims: Claims,
  sockets: readonly SocketRecord[] | undefined,
  waiting: Promise<readonly ServiceUnit[]>,
): Promise<GatewayLocation> {
  const { gateways, port } = claims;
  const services = await waiting;
  const open = sockets?.some((socket) => isListening(socket, port));
  const portOpen = open ?? (await host.http.portOpen("127.0.0.1", port, 1000).catch(() => false));
  const children = familyOf({
    all: scene.processes,
    gateways,
    self: scene.self,
    isOurs: scene.isOurs,
    uid: scene.uid,
  });
  const state = stateOf(gateways, claims, scene, portOpen);
  return {
    ...state,
    processes: gateways,
    children,
    port,
    portOpen,
    services,
    evidence: claims.evidence,
    warnings: [
      ...claims.warnings,
      ...(gateways.length > 1 ? [`${gateways.length} gateways run on this state`] : []),
    ],
  };
}

function stateOf(
  gateways: readonly ProcessRecord[],
  claims: Claims,
  scene: Scene,
  portOpen: boolean,
): Pick<GatewayLocation, "state" | "reason"> {
  if (gateways.length > 0) return { state: "running" };
  const holder = scene.sockets.find((socket) => isListening(socket, claims.port));
  const unseen = portOpen && (holder === undefined || (holder.pids.length === 0 && holder.uid === scene.uid));
  return unseen
    ? { state: "unknown", reason: `port ${claims.port} is open and who holds it cannot be seen by this user` }
    : { state: "down" };
}

function isListening(socket: SocketRecord, port: number): boolean {
  return socket.protocol.startsWith("tcp") && socket.state === "LISTEN" && socket.localPort === port;
}
