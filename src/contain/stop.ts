/**
 * Stops the gateway and proves that it is down, without OpenClaw's CLI: that contaminates the evidence, refuses, or says
 * "stopped" while the process runs on. In this order: service managers, SIGTERM, SIGKILL, children, proof.
 */
import type { Host } from "../host/host.ts";
import { stopLine } from "../openclaw/service-manager.ts";
import type { GatewayLocation } from "../openclaw/types.ts";
import { alive, members, rollCall, trackedOf } from "./family.ts";
import { finalProof, proofOf, survived } from "./proof.ts";
import { owns, stopServices } from "./services.ts";
import { endAll, killAll, list, waitFor } from "./signals.ts";
import { untilDecided } from "./starting.ts";
import { supervisorOf } from "./supervisor.ts";
import {
  type ServiceStop,
  stopLimits,
  type Stopping,
  type StopProof,
  type StopRequest,
  type Tracked,
} from "./types.ts";
import { watch, type Watch, watchAddresses } from "./watch.ts";

/** Never throws for what it meets; rejects with `cancelled()` on Ctrl-C, and where the journal cannot be written. */
export async function stopGateway(host: Host, request: StopRequest): Promise<StopProof> {
  const stopping = await begin(host, request);
  const addresses = await watchAddresses(stopping);
  const supervisor = await supervisorOf(stopping);
  const services = await stopServices(stopping);
  const refused = refusal(stopping, services);
  if (refused !== undefined) return proofOf(stopping, services, { state: "denied", reason: refused });
  const left = await endGateways(stopping, services);
  if (left.length > 0) return survived(stopping, services, left);
  await endChildren(stopping);
  const seen = await watch(stopping, {
    addresses,
    services,
    ...(supervisor === undefined ? {} : { supervisor }),
  });
  await endLateChildren(stopping, seen);
  if (supervisor?.whileAlive === true && seen.verdict === "down") await noteSupervisor(stopping, supervisor);
  return finalProof(stopping, services, seen);
}

async function begin(host: Host, request: StopRequest): Promise<Stopping> {
  const since = host.clock.monotonic();
  const warnings: string[] = [];
  const before = await firstLook(host, request, warnings);
  const stopping: Stopping = {
    host,
    request,
    limits: { ...stopLimits, ...request.limits },
    since,
    before,
    how: [],
    warnings,
    tracked: new Map(),
    bystanders: new Map(),
  };
  for (const process of before.processes) stopping.tracked.set(process.pid, trackedOf(process, "gateway"));
  addChildren(stopping, before.children);
  await rollCall(stopping, { first: true });
  stopping.how.push(foundText(stopping));
  await request.journal("stop", {
    state: before.state,
    gateways: members(stopping, "gateway").map(({ pid, startTicks }) => ({ pid, startTicks })),
    children: members(stopping, "child").map(({ pid, startTicks }) => ({ pid, startTicks })),
    services: before.services.map(({ manager, name }) => ({ manager, name })),
  });
  return stopping;
}

/** A gateway that is only just starting is stopped as well, not called absent. */
async function firstLook(host: Host, request: StopRequest, warnings: string[]): Promise<GatewayLocation> {
  let look = await request.locate();
  if (look.state === "down") {
    await untilDecided({ host, request, warnings, tracked: new Map() });
    look = await request.locate();
  }
  warnings.push(...look.warnings);
  return look;
}

function addChildren({ tracked, host }: Stopping, children: Stopping["before"]["children"]): void {
  for (const child of children) {
    if (child.pid <= 1 || child.pid === host.facts.pid || tracked.has(child.pid)) continue;
    tracked.set(child.pid, trackedOf(child, "child"));
  }
}

function foundText(stopping: Stopping): string {
  const { before } = stopping;
  if (before.state === "down") return "no gateway of this state was running";
  if (before.state === "unknown")
    return `whether a gateway runs was not known: ${before.reason ?? "no reason given"}`;
  const children = members(stopping, "child").length;
  return `found ${list(members(stopping, "gateway"))}${children === 0 ? "" : ` with ${children} child process${children === 1 ? "" : "es"}`}`;
}

/** Only a manager that owns the gateway can refuse the whole stop: signals would make it start the gateway again. */
function refusal(stopping: Stopping, services: readonly ServiceStop[]): string | undefined {
  const gateways = members(stopping, "gateway");
  for (const end of services) {
    if (end.outcome !== "denied") continue;
    const concerned = gateways.some((gateway) => owns(end, gateway)) || end.unit.active === true;
    if (concerned) return `${end.reason}. Run: ${lineFor(stopping, end)}`;
    stopping.warnings.push(end.reason);
  }
  for (const end of services) if (end.outcome === "failed") stopping.warnings.push(end.reason);
  return undefined;
}

function lineFor({ host, before }: Stopping, { unit }: ServiceStop): string {
  const main = before.processes[0];
  const uid = main?.uid ?? host.facts.uid;
  return stopLine(host.facts, unit, { uid, ...(main?.user === undefined ? {} : { user: main.user }) });
}

/** SIGTERM, unless its manager has sent it already; a bounded wait; SIGKILL. Returns who outlived it. */
async function endGateways(
  stopping: Stopping,
  services: readonly ServiceStop[],
): Promise<readonly Tracked[]> {
  const gateways = members(stopping, "gateway");
  const stopped = services.filter((end) => end.outcome === "stopped");
  const told = gateways.filter((gateway) => stopped.some((end) => owns(end, gateway)));
  const rest = gateways.filter((gateway) => !told.includes(gateway));
  const { termMs } = stopping.limits;
  const [slow, left] = await Promise.all([
    waitFor(stopping, told, termMs, () => "service"),
    endAll(stopping, rest, termMs),
  ]);
  if (slow.length > 0) await rollCall(stopping);
  return [...(await killAll(stopping, slow)), ...left];
}

const rounds = 4;

/** What the gateway started and left behind; some start others while they are being ended, so that it takes rounds. */
async function endChildren(stopping: Stopping): Promise<void> {
  const { childMs } = stopping.limits;
  for (let round = 0; round < rounds; round += 1) {
    const open = members(stopping, "child").filter((child) => child.endedBy === "alive");
    const quick = await alive(stopping, open);
    for (const child of open) if (!quick.includes(child)) child.endedBy = "itself";
    await endAll(stopping, quick, round === 0 ? childMs : 0);
    if (quick.length === 0 || (await rollCall(stopping)) === 0) return;
  }
}

/** The last look may have found children that detached between the roll call and the end. */
async function endLateChildren(stopping: Stopping, seen: Watch): Promise<void> {
  if (seen.verdict === "back") return;
  addChildren(stopping, seen.after.children);
  await endChildren(stopping);
}

async function noteSupervisor(
  stopping: Stopping,
  supervisor: { readonly pid: number; readonly startTicks: number; readonly text: string },
): Promise<void> {
  const now = await stopping.host.processes.get(supervisor.pid);
  if (now?.startTicks !== supervisor.startTicks || now.state === "Z") return;
  stopping.warnings.push(
    `${supervisor.text} started the gateway and still runs: make sure that it does not do so again.`,
  );
}
