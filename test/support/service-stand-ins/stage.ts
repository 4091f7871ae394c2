/** Real processes on a real Linux host: a gateway that is none, the means to start it, and a clean stage afterwards. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StopRequest } from "../../../src/contain/types.ts";
import type { Host, ProcessRecord, Run } from "../../../src/host/host.ts";
import { createRealHost, type RealHost } from "../../../src/host/real/index.ts";
import type { GatewayLocation, Installation, ServiceUnit } from "../../../src/openclaw/types.ts";
import { parseLock } from "../../../src/openclaw/lock.ts";
import { claimPort } from "../ports.ts";
import { gatewayScript, nodeArgv, type Service, type ServiceManager, serviceManager } from "./index.ts";

export interface Stage {
  readonly host: RealHost;
  readonly folder: string;
  /** In the environment of every process of this stage, as CLAW_STAGE. */
  readonly mark: string;
  readonly stateDir: string;
  readonly port: number;
  readonly manager: ServiceManager;
  /** The command line of the stand-in gateway; `wishes` are its key=value arguments. */
  readonly gateway: (...wishes: readonly string[]) => [string, ...string[]];
  /** Starts a command whose processes are all ended with the stage. */
  readonly start: (argv: readonly [string, ...string[]]) => ChildProcess;
  /** Defines a service with the stage's mark. */
  readonly define: (service: Service) => Promise<number>;
  /** Until the gateway has written its lock and listens; its pid. */
  readonly up: (notPid?: number) => Promise<number>;
  readonly installation: Installation;
  readonly locate: () => Promise<GatewayLocation>;
  /** What `locate` tells of services. */
  readonly services: ServiceUnit[];
  readonly journal: { what: string; detail: unknown }[];
  readonly said: string[];
  readonly request: Pick<StopRequest, "installation" | "locate" | "journal" | "say">;
  readonly close: () => Promise<void>;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  ms = 120_000,
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause(25);
  }
}

export async function openStage({
  running = true,
  env = {},
}: { running?: boolean; env?: Record<string, string> } = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "claw-ir-stop-"));
  const stateDir = join(folder, "state");
  await mkdir(stateDir, { mode: 0o700 });
  const { port, release } = await claimPort();
  const mark = randomUUID();
  const manager = await serviceManager(join(folder, "manager"), { running });
  const real = createRealHost({
    yes: false,
    nonInteractive: true,
    color: false,
    secretFiles: {},
    version: "0.0.0-test",
    env: { HOME: folder, CLAW_IR_TOOL_PATH: `${manager.toolPath}:/usr/bin:/bin`, ...env },
  });
  const host: RealHost = { ...real, run: patient(real.run) };
  const marked = { PATH: process.env["PATH"] ?? "", CLAW_STAGE: mark };
  const services: ServiceUnit[] = [];
  const journal: Stage["journal"] = [];
  const said: string[] = [];
  const lockFile = join(stateDir, "tmp", `openclaw-${host.facts.uid}`, "gateway.state.lock");
  const locate = (): Promise<GatewayLocation> => locateByLock(host, lockFile, port, services);
  const installation = installationAt(folder, stateDir, port);
  return {
    host,
    folder,
    mark,
    stateDir,
    port,
    manager,
    services,
    journal,
    said,
    installation,
    locate,
    gateway: (...wishes) => nodeArgv(gatewayScript, `state=${stateDir}`, `port=${port}`, ...wishes),
    start: ([program, ...args]) => spawn(program, args, { env: marked, stdio: "ignore" }),
    define: (service) => manager.define({ ...service, env: { ...service.env, ...marked } }),
    up: (notPid) =>
      until("the gateway", async () => {
        if (!existsSync(lockFile)) return undefined;
        const pid = parseLock(await readFile(lockFile, "utf8"), lockFile)?.pid;
        return pid !== undefined && pid !== notPid && (await host.http.portOpen("127.0.0.1", port, 200))
          ? pid
          : undefined;
      }),
    request: {
      installation,
      locate,
      say: (text) => void said.push(text),
      journal: async (what, detail) => void journal.push({ what, detail }),
    },
    close: async () => {
      host.dispose();
      await manager.close();
      endMarked(mark);
      release();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * The stand-ins' programs are whole Nodes, which take their time where many start at once: their limits only bound hanging.
 * Only launchctl's bootout is left to its limit, because it is meant to be cut off by it.
 */
function patient(run: Run): Run {
  return (argv, options) =>
    argv.includes("bootout")
      ? run(argv, options)
      : run(argv, { ...options, timeoutMs: Math.max(options.timeoutMs, 120_000) });
}

/**
 * The same host, on which time passes slower: a limit of the product that is only to be met by what comes about in time then
 * leaves a slow machine so much more of it.
 */
export function slowed<T extends Pick<Host, "clock">>(host: T, times = 50): T {
  const { clock } = host;
  return { ...host, clock: { ...clock, monotonic: () => clock.monotonic() / times } };
}

/** Ends what carries this stage's own mark, and nothing else. */
function endMarked(mark: string): void {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (!readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(`CLAW_STAGE=${mark}`)) continue;
      process.kill(Number(name), "SIGKILL");
    } catch {
      // Gone meanwhile, or not ours.
    }
  }
}

async function locateByLock(
  host: RealHost,
  lockFile: string,
  port: number,
  services: readonly ServiceUnit[],
): Promise<GatewayLocation> {
  const text = existsSync(lockFile) ? await readFile(lockFile, "utf8") : "";
  const lock = parseLock(text, lockFile);
  const found = lock === undefined ? undefined : await host.processes.get(lock.pid);
  const main = found?.startTicks === lock?.startTime && found?.state !== "Z" ? found : undefined;
  return {
    state: main === undefined ? "down" : "running",
    processes: main === undefined ? [] : [main],
    children:
      main === undefined
        ? []
        : descendants((await host.processes.list({ hidden: false })).processes, main.pid),
    port,
    portOpen: await host.http.portOpen("127.0.0.1", port, 200),
    services,
    evidence: main === undefined ? [] : ["lock file"],
    warnings: [],
  };
}

function descendants(all: readonly ProcessRecord[], pid: number): readonly ProcessRecord[] {
  const direct = all.filter((process) => process.ppid === pid);
  return direct.flatMap((process) => [process, ...descendants(all, process.pid)]);
}

function installationAt(home: string, stateDir: string, port: number): Installation {
  const configPath = join(stateDir, "openclaw.json");
  return {
    found: true,
    target: {
      live: true,
      root: "/",
      home,
      stateDir,
      configPath,
      toHost: (path) => path,
      toReal: (path) => path,
    },
    layout: "sqlite-2026.9",
    config: { outcome: "ok", path: configPath, value: {}, files: [configPath] },
    agents: [],
    databases: [],
    outside: [],
    gatewayPort: port,
    gatewayBind: "loopback",
    problems: [],
  };
}

export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !["Z", "X"].includes(stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3));
  } catch {
    return false;
  }
}
