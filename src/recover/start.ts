/** Brings the gateway back the way it ran, and proves that what answers is what was started. Called only on an explicit yes. */
import type { Host } from "../host/host.ts";
import { durationText, shown } from "../model/text.ts";
import type { GatewayLocation } from "../openclaw/types.ts";
import { type Begun, startForeground } from "./foreground.ts";
import { checkReadyOnHost, type Readiness } from "./health.ts";
import { startServices } from "./services.ts";
import { type Attempt, type StartProof, type StartRequest, startLimits } from "./types.ts";

/** Never throws for what it meets; rejects with `cancelled()` on Ctrl-C, and where the journal cannot be written. */
export async function startGateway(host: Host, request: StartRequest): Promise<StartProof> {
  const how: string[] = [];
  const warnings: string[] = [];
  const since = host.clock.monotonic();
  const before = await request.locate();
  if (before.state === "running") {
    how.push("it was running already and was not started");
    const ready = await checkReadyOnHost(host, request.installation.config.value, before.port);
    return { ...(await standing(host, request, before, ready)), how, warnings };
  }
  const taken = await takenPort(host, before.port);
  if (taken !== undefined) return { state: "failed", reason: taken, how, warnings };
  const begun: Begun =
    request.stoppedServices.length > 0
      ? await startServices(host, request, how)
      : await startForeground(host, request, how, warnings);
  if ("end" in begun) return { ...begun.end, how, warnings };
  const proof = await untilReady(host, request, begun.attempt, since);
  await request.journal("start-proof", {
    state: proof.state,
    reason: proof.reason ?? null,
    pid: proof.pid ?? null,
  });
  if (proof.readyMs !== undefined) how.push(`/readyz said ready after ${durationText(proof.readyMs)}`);
  return { ...proof, how, warnings };
}

/** Starting beside another listener would end in a confusing error of OpenClaw, or in a proof about the wrong program. */
async function takenPort(host: Host, port: number): Promise<string | undefined> {
  const sockets = (await host.processes.sockets()).filter(
    (socket) =>
      socket.localPort === port && socket.protocol.startsWith("tcp") && /^LISTEN/i.test(socket.state),
  );
  if (sockets.length === 0 && !(await host.http.portOpen("127.0.0.1", port, 500))) return undefined;
  const names: string[] = [];
  for (const pid of new Set(sockets.flatMap((socket) => socket.pids))) {
    names.push(`${shown((await host.processes.get(pid))?.comm ?? "a process", 40)} (pid ${pid})`);
  }
  const who = names.length === 0 ? "another program" : names.join(", ");
  return `port ${port} is held by ${who}, which is not this gateway: end it, then run claw-ir resume`;
}

type Outcome = Pick<StartProof, "state" | "reason" | "pid" | "readyMs">;

async function untilReady(
  host: Host,
  request: StartRequest,
  attempt: Attempt,
  since: number,
): Promise<Outcome> {
  const { clock } = host;
  const { readyMs, pollMs } = { ...startLimits, ...request.limits };
  let ready: Readiness = { state: "no-answer", detail: "it was not asked yet" };
  for (let round = 0; clock.monotonic() - since < readyMs; round += 1) {
    await clock.sleep(pollMs);
    const port = request.howItRan?.port ?? request.installation.gatewayPort;
    ready = await checkReadyOnHost(host, request.installation.config.value, port);
    if (ready.state === "ready") break;
    const why = await attempt.ended();
    if (why !== undefined) {
      return { state: "failed", reason: `the gateway did not come up: ${why}. Look into ${attempt.logs}` };
    }
    if (round % 25 === 24) request.say(`Waiting for the gateway: ${readinessText(ready)}.`);
  }
  const waited = clock.monotonic() - since;
  const outcome = await standing(host, request, await request.locate(), ready, attempt);
  if (outcome.state === "ready") return { ...outcome, readyMs: waited };
  return {
    ...outcome,
    reason: `${outcome.reason ?? ""} (after ${durationText(waited)}). Look into ${attempt.logs}`,
  };
}

/** What answers has to be the gateway that its own lock names, and the one that was started here. */
async function standing(
  host: Host,
  request: StartRequest,
  location: GatewayLocation,
  ready: Readiness,
  attempt?: Attempt,
): Promise<Outcome> {
  const main = location.processes[0];
  if (location.state !== "running" || main === undefined) {
    const answer = ready.state === "ready" ? "something answers as ready, but " : "";
    return {
      state: ready.state === "ready" ? "started-not-ready" : "failed",
      reason: `${answer}no running gateway of this state was found${location.reason === undefined ? "" : `: ${location.reason}`}`,
    };
  }
  if (ready.state !== "ready")
    return { state: "started-not-ready", pid: main.pid, reason: readinessText(ready) };
  if (attempt?.pid !== undefined && !(await descends(host, main.pid, attempt.pid))) {
    const reason = `what runs is pid ${main.pid}, which is not the one started here (pid ${attempt.pid})`;
    return { state: "started-not-ready", pid: main.pid, reason };
  }
  const holder = await otherHolder(host, request, location);
  return holder === undefined
    ? { state: "ready", pid: main.pid }
    : { state: "started-not-ready", pid: main.pid, reason: holder };
}

async function descends(host: Host, pid: number, ancestor: number): Promise<boolean> {
  let at = pid;
  for (let steps = 0; steps < 12 && at > 1; steps += 1) {
    if (at === ancestor) return true;
    at = (await host.processes.get(at))?.ppid ?? 0;
  }
  return false;
}

/** Says so when the port is known to be held by somebody else than the gateway found. */
async function otherHolder(
  host: Host,
  request: StartRequest,
  location: GatewayLocation,
): Promise<string | undefined> {
  const own = new Set([...location.processes, ...location.children].map((process) => process.pid));
  const pids = (await host.processes.sockets())
    .filter((socket) => socket.localPort === location.port && /^LISTEN/i.test(socket.state))
    .flatMap((socket) => socket.pids);
  const inContainer = request.stoppedServices.some((service) => /docker|podman/.test(service.manager));
  if (pids.length === 0 || inContainer || pids.some((pid) => own.has(pid))) return undefined;
  return `port ${location.port} is answered by pid ${pids[0] ?? 0}, which is not the gateway (pid ${location.processes[0]?.pid ?? 0})`;
}

function readinessText(ready: Readiness): string {
  switch (ready.state) {
    case "ready":
      return "it is ready";
    case "not-ready":
      return `it runs and is not ready: ${ready.detail}`;
    case "no-check":
      return `it runs, and whether it is ready cannot be told: ${ready.detail}`;
    case "no-answer":
      return `it does not answer yet (${ready.detail})`;
  }
}
