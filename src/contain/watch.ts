/** The proof: the port closes, nothing comes back for as long as it would take, and a last look finds no gateway. */
import type { ProcessRecord } from "../host/host.ts";
import { durationText, shown } from "../model/text.ts";
import type { GatewayLocation } from "../openclaw/types.ts";
import { nameOf } from "./family.ts";
import { addressesOf, answersOnLoopback, lookAtPort, type PortLook } from "./port.ts";
import { untilDecided } from "./starting.ts";
import { culpritOf, type Supervisor } from "./supervisor.ts";
import type { ServiceStop, Stopping } from "./types.ts";

export interface Watch {
  readonly verdict: "down" | "back" | "unknown";
  readonly reason?: string;
  readonly port: PortLook;
  readonly downMs: number | null;
  readonly watchedMs: number;
  /** The last look at the gateway. */
  readonly after: GatewayLocation;
}

export interface WatchSetting {
  readonly addresses: readonly string[];
  readonly services: readonly ServiceStop[];
  readonly supervisor?: Supervisor;
}

/** Before the stop: where the port is to be watched. */
export async function watchAddresses(stopping: Stopping): Promise<readonly string[]> {
  return addressesOf(stopping.host, stopping.before.port);
}

export async function watch(stopping: Stopping, setting: WatchSetting): Promise<Watch> {
  const { host, before, request } = stopping;
  const { clock } = host;
  const first = await portCloses(stopping, setting.addresses);
  const downMs = first.closed || hasStranger(stopping, first) ? clock.monotonic() - stopping.since : null;
  const from = clock.monotonic();
  const plan = await planOf(stopping, setting);
  if (plan.ms > 2_000)
    request.say(`Down; watching for ${durationText(plan.ms)} that nothing starts it again.`);
  let lookedAt = from;
  while (clock.monotonic() - from < plan.ms && (await plan.goesOn())) {
    await clock.sleep(Math.min(150, Math.max(10, plan.ms - (clock.monotonic() - from))));
    // Somebody answers where nobody did, or some time has passed: look closely. Every look costs the containment.
    const answers = first.closed && (await answersOnLoopback(host, before.port));
    if (!answers && clock.monotonic() - lookedAt < 2_000) continue;
    lookedAt = clock.monotonic();
    if ((await request.locate()).state === "running") break;
    if (answers) break;
  }
  await untilDecided(stopping);
  const watchedMs = clock.monotonic() - from;
  const after = await request.locate();
  const port = await lookAtPort(stopping, before.port, setting.addresses);
  const found = await judge(stopping, setting, after, port);
  return { ...found, port, downMs, watchedMs, after };
}

async function portCloses(stopping: Stopping, addresses: readonly string[]): Promise<PortLook> {
  const { clock } = stopping.host;
  const until = clock.monotonic() + stopping.limits.portMs;
  for (;;) {
    const look = await lookAtPort(stopping, stopping.before.port, addresses);
    if (look.closed || hasStranger(stopping, look) || clock.monotonic() >= until) return look;
    await clock.sleep(50);
  }
}

/** Another program held the port all along and will not let go. */
function hasStranger(stopping: Stopping, look: PortLook): boolean {
  return (
    look.holders.length > 0 &&
    look.holders.every((holder) => !isOurs(stopping, holder) && isOld(stopping, holder))
  );
}

function isOld({ bystanders }: Stopping, process: ProcessRecord): boolean {
  return bystanders.has(process.pid) && bystanders.get(process.pid) === process.startTicks;
}

function isOurs({ tracked }: Stopping, process: ProcessRecord): boolean {
  return tracked.get(process.pid)?.startTicks === process.startTicks;
}

interface Plan {
  readonly ms: number;
  readonly goesOn: () => Promise<boolean>;
}

const longest = 60_000;

/**
 * As long as the manager would take: its restart interval and a second where it says itself that the service is down, twice
 * the interval where it does not. A shell script that started the gateway is watched for as long as it lives.
 */
async function planOf(stopping: Stopping, { services, supervisor }: WatchSetting): Promise<Plan> {
  const { watchMs } = stopping.limits;
  const times = [watchMs];
  for (const end of services) {
    if (end.outcome === "idle") continue;
    const sure = end.outcome === "stopped" && (await end.confirm()) === "down";
    times.push(sure ? end.unit.restartMs + 1_000 : end.unit.restartMs * 2);
  }
  const fixed = Math.min(longest, Math.max(...times));
  if (supervisor === undefined) return { ms: fixed, goesOn: always };
  if (!supervisor.whileAlive) return { ms: Math.max(fixed, supervisor.restartMs * 2), goesOn: always };
  const from = stopping.host.clock.monotonic();
  return {
    ms: Math.max(fixed, supervisor.restartMs),
    goesOn: async () => {
      if (stopping.host.clock.monotonic() - from < fixed) return true;
      const now = await stopping.host.processes.get(supervisor.pid);
      return now?.startTicks === supervisor.startTicks && now.state !== "Z";
    },
  };
}

const always = (): Promise<boolean> => Promise.resolve(true);

type Judgement = Pick<Watch, "verdict" | "reason">;

async function judge(
  stopping: Stopping,
  { services }: WatchSetting,
  after: GatewayLocation,
  port: PortLook,
): Promise<Judgement> {
  const back = after.processes.find((process) => !isOurs(stopping, process)) ?? newHolder(stopping, port);
  if (back !== undefined) return cameBack(stopping, back);
  for (const end of services) {
    if (end.outcome === "stopped" && (await end.confirm()) === "up") {
      const { name } = end.unit;
      return {
        verdict: "back",
        reason: `the service manager says that ${shown(name, 80)} is up or being started`,
      };
    }
  }
  if (after.state === "unknown") {
    return {
      verdict: "unknown",
      reason: after.reason ?? "whether a gateway still runs could not be found out",
    };
  }
  if (port.closed) return { verdict: "down" };
  return heldPort(stopping, port);
}

/** Whoever took the gateway's port after the stop is taken for the gateway until shown otherwise. */
function newHolder(stopping: Stopping, port: PortLook): ProcessRecord | undefined {
  return port.holders.find((holder) => !isOld(stopping, holder) && !isOurs(stopping, holder));
}

async function cameBack(stopping: Stopping, back: ProcessRecord): Promise<Judgement> {
  const { text, advice } = await culpritOf(stopping, back);
  return {
    verdict: "back",
    reason: `the gateway came back as ${nameOf(back)}, started by ${text}. ${advice}, then run claw-ir stop again`,
  };
}

function heldPort(stopping: Stopping, port: PortLook): Judgement {
  const number = stopping.before.port;
  if (port.holders.length === 0) {
    const reason = `port ${number} is still open and who holds it may not be read: run claw-ir with sudo to see`;
    return { verdict: "unknown", reason };
  }
  const names = port.holders.map(nameOf).join(", ");
  stopping.warnings.push(
    `Port ${number} is held by ${names}, which is not this gateway and was there before.`,
  );
  return { verdict: "down" };
}
