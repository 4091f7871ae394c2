/** A real gateway on the restored copy: started where nobody is disturbed, asked whether it is ready, and ended again. */
import { dirname, join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError, messageOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { findGateway } from "../../openclaw/index.ts";
import { howItRan } from "../../openclaw/how-it-ran.ts";
import { checkReadyOnHost, type Readiness } from "../health.ts";
import { resolveProgram, systemFolders } from "../program.ts";
import type { Program } from "../types.ts";
import { endFamily, familyMark, familyOf, type Leader } from "./family.ts";
import { quiet } from "./quiet.ts";
import type { Restored } from "./restored.ts";
import type { Scratch } from "./scratch.ts";
import { traceWatch } from "./traces.ts";
import type { DrillLimits, DrillRequest, GatewayCheck } from "./types.ts";

export interface Rehearsal {
  readonly check: GatewayCheck;
  /** Whole sentences. */
  readonly notes: readonly string[];
}

/** Rejects with `cancelled()` on Ctrl-C, after everything was ended. Never leaves a process behind without saying so. */
export async function rehearse(
  host: Host,
  request: DrillRequest,
  scratch: Scratch,
  restored: Restored,
  limits: DrillLimits,
): Promise<Rehearsal> {
  const { found, refused } = await programFor(host, request);
  if (found === undefined) {
    const reason =
      refused.length === 0 ? "no OpenClaw program was found on this host" : refused.slice(0, 3).join("; ");
    const isNamed = request.gateway.start && request.gateway.openclaw !== undefined;
    if (isNamed)
      throw new ClawError(`the OpenClaw program cannot be started: ${reason}`, {
        exit: "usage",
        code: "no-program",
        hint: "name another with --openclaw, or leave the gateway out with --no-gateway",
      });
    return { check: { skipped: true, reason }, notes: [] };
  }
  const into = restored.installation.target.root;
  const port = await freePort(host);
  const logFile = join(scratch.folder, "gateway.log");
  const { env, notes } = await quiet(host, into, restored, {
    port,
    logFile: join(scratch.folder, "openclaw.log"),
  });
  const traces = await traceWatch(host, databasesOf(restored));
  await scratch.note(undefined, traces.known);
  const variables = { ...env, ...environment(scratch.folder, restored, found) };
  await makeFolders(host, variables);
  const argv: readonly [string, ...string[]] = [
    ...found.argv,
    ...["gateway", "run", "--port", String(port), "--bind", "loopback", "--tailscale", "off"],
  ];
  const since = host.clock.monotonic();
  let leader: Leader | undefined;
  let check: GatewayCheck;
  try {
    const { pid } = await host.spawn(argv, { cwd: scratch.folder, env: variables, logFile });
    leader = { pid, startTicks: (await host.processes.get(pid))?.startTicks ?? 0 };
    await scratch.note(leader, traces.known);
    check = await untilReady(host, { restored, scratch, leader, port, logFile, since, limits, request });
  } catch (error) {
    if (host.signal.aborted || leader !== undefined) throw error;
    check = notStarted(messageOf(error));
  } finally {
    // The title stays what it was: what is said of readiness ends with the gateway.
    const left = await endFamily(host, scratch.folder, leader, limits);
    await traces.remove(join(scratch.folder, "locks"));
    if (left.length > 0) throw wouldNotGo(left);
  }
  const program = shown(found.argv.join(" "), 300);
  return { check: "skipped" in check ? check : { ...check, program }, notes };
}

function notStarted(why: string): GatewayCheck {
  return { started: false, ready: false, seconds: 0, reason: `it could not be started: ${shown(why)}` };
}

function wouldNotGo(pids: readonly number[]): ClawError {
  return new ClawError(`processes of the drill's gateway would not end: pid ${pids.join(", ")}`, {
    exit: "failed",
    code: "gateway-not-ended",
    hint: "end them by hand; the next drill removes their folder",
  });
}

async function programFor(host: Host, request: DrillRequest): ReturnType<typeof resolveProgram> {
  const { installation, gateway } = request;
  const location = installation.target.live ? await findGateway(host, installation) : undefined;
  const ran = location === undefined ? undefined : howItRan(location);
  const named = gateway.start ? gateway.openclaw : undefined;
  return resolveProgram(host, {
    installation,
    ...(ran === undefined ? {} : { howItRan: ran }),
    ...(named === undefined ? {} : { openclaw: named }),
  });
}

/** Loopback, away from where the system hands out ports by itself, with room for the ports that OpenClaw derives from it. */
async function freePort(host: Host): Promise<number> {
  const taken = new Set((await host.processes.sockets().catch(() => [])).map(({ localPort }) => localPort));
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const [high = 0, low = 0] = host.random(2);
    const port = 20_000 + (((high << 8) | low) % 10_000);
    const isFree = !taken.has(port) && !taken.has(port + 1) && !taken.has(port + 2);
    if (isFree && !(await host.http.portOpen("127.0.0.1", port, 500))) return port;
  }
  throw new ClawError("no free port was found for the drill's gateway", {
    exit: "failed",
    code: "no-port",
    hint: "try again, or leave the gateway out with --no-gateway",
  });
}

/** Those that are there, and the one that a gateway makes. */
function databasesOf({ installation: { target, databases } }: Restored): readonly string[] {
  return [...databases.map(({ path }) => path), join(target.stateDir, "state", "openclaw-quarantine.sqlite")];
}

/** Of this host's environment nothing but the language; every folder lies in the scratch folder. */
function environment(folder: string, { installation }: Restored, program: Program): Record<string, string> {
  const { target } = installation;
  const inside = (name: string): string => join(folder, "run", name);
  const folders = new Set([...program.argv.map((path) => dirname(path)), ...systemFolders]);
  const on = [
    ...["SKIP_CHANNELS", "SKIP_PROVIDERS", "SKIP_CRON", "SKIP_GMAIL_WATCHER", "SKIP_BROWSER_CONTROL_SERVER"],
    ...["SKIP_CANVAS_HOST", "SKIP_STARTUP_MODEL_PREWARM", "DISABLE_BONJOUR", "NO_AUTO_UPDATE"],
  ];
  return {
    [familyMark]: folder,
    HOME: target.home,
    PATH: [...folders].join(":"),
    USER: "claw-ir-drill",
    LOGNAME: "claw-ir-drill",
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    TMPDIR: inside("tmp"),
    XDG_RUNTIME_DIR: inside("runtime"),
    XDG_CONFIG_HOME: inside("config"),
    XDG_CACHE_HOME: inside("cache"),
    XDG_DATA_HOME: inside("data"),
    XDG_STATE_HOME: inside("state"),
    // What a first start compiles is of no use to a second one that never comes.
    NODE_DISABLE_COMPILE_CACHE: "1",
    DBUS_SESSION_BUS_ADDRESS: "disabled:",
    OPENCLAW_STATE_DIR: target.stateDir,
    OPENCLAW_CONFIG_PATH: target.configPath,
    ...Object.fromEntries(on.map((name) => [`OPENCLAW_${name}`, "1"])),
  };
}

async function makeFolders(host: Host, variables: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, path] of Object.entries(variables))
    if (name === "TMPDIR" || name.startsWith("XDG_")) await host.fs.mkdir(path);
}

interface Waiting {
  readonly restored: Restored;
  readonly scratch: Scratch;
  readonly leader: Leader;
  readonly port: number;
  readonly logFile: string;
  readonly since: number;
  readonly limits: DrillLimits;
  readonly request: DrillRequest;
}

async function untilReady(host: Host, waiting: Waiting): Promise<GatewayCheck> {
  const { restored, leader, port, since, limits, request, logFile } = waiting;
  const elapsed = (): number => host.clock.monotonic() - since;
  const done = (ready: boolean, reason?: string): GatewayCheck => ({
    started: true,
    ready,
    seconds: Math.round(elapsed() / 100) / 10,
    ...(reason === undefined ? {} : { reason }),
  });
  let last: Readiness = { state: "no-answer", detail: "it was not asked yet" };
  while (elapsed() < limits.readyMs) {
    await host.clock.sleep(limits.pollMs);
    last = await checkReadyOnHost(host, restored.installation.config.value, port);
    if (last.state === "ready") {
      const stranger = await strangerOn(host, waiting);
      return stranger === undefined ? done(true) : done(false, stranger);
    }
    if (last.state !== "no-answer") request.progress.detail(shown(last.detail, 80));
    const family = await familyOf(host, waiting.scratch.folder, leader);
    if (family.length === 0) return done(false, `it ended${await lastWords(host, logFile)}`);
  }
  const detail = "detail" in last ? ` (${shown(last.detail, 120)})` : "";
  return done(false, `it was not ready in time${detail}${await lastWords(host, logFile)}`);
}

/** What answers has to be what was started here. */
async function strangerOn(host: Host, { scratch, leader, port }: Waiting): Promise<string | undefined> {
  const family = new Set((await familyOf(host, scratch.folder, leader)).map(({ pid }) => pid));
  const sockets = await host.processes.sockets().catch(() => []);
  const pids = sockets
    .filter(({ localPort, state }) => localPort === port && /^LISTEN/i.test(state))
    .flatMap((socket) => socket.pids);
  if (pids.length === 0 || pids.some((pid) => family.has(pid))) return undefined;
  return `port ${port} is answered by pid ${pids[0] ?? 0}, which is not the drill's gateway`;
}

async function lastWords(host: Host, logFile: string): Promise<string> {
  const bytes = await host.fs.readTail(logFile, 8192).catch(() => new Uint8Array());
  const lines = new TextDecoder()
    .decode(bytes)
    .split("\n")
    .filter((line) => line.trim() !== "");
  if (lines.length === 0) return "";
  return `; its last words: ${lines
    .slice(-3)
    .map((line) => shown(line.trim(), 200))
    .join(" / ")}`;
}
