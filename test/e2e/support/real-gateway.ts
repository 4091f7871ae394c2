import { spawn } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { startMockProvider } from "./mock-provider.ts";
import type { MockProvider } from "./mock-provider.ts";
import { fillGateway } from "./fill.ts";
import type { Filling } from "./fill.ts";
import { onboard, plantedSecrets, plantFiles } from "./plant.ts";
import { endProcesses, finished, freePort, isRunning, openClawPids, until } from "./processes.ts";
import type { Finished } from "./processes.ts";
import { ensureOpenClaw } from "./toolchain.ts";

export interface RealGateway extends Filling {
  readonly home: string;
  readonly stateDir: string;
  readonly port: number;
  /** The shared token the gateway was set up with. */
  readonly token: string;
  readonly url: string;
  /** The process that the last start made. */
  readonly gatewayPid: number;
  readonly provider: MockProvider;
  /** Every secret in the state or in the gateway's environment: none may be seen outside a seal. */
  readonly secrets: readonly string[];
  /** What a program needs in its environment to be this home's user. */
  readonly env: Readonly<Record<string, string>>;
  /** What the gateway printed. */
  readonly logFile: string;
  /** Runs OpenClaw's own command line in this home. */
  readonly openclaw: (...args: readonly string[]) => Promise<Finished>;
  /** The status of a request with that bearer: 200 accepted, 401 refused. */
  readonly accepts: (bearer: string) => Promise<number>;
  /** Starts the gateway again after something has stopped it. */
  readonly start: () => Promise<void>;
  /** Ends every gateway of this home, also one that was started by somebody else. */
  readonly stop: () => Promise<void>;
  /** `stop`, and the mock provider too. */
  readonly dispose: () => Promise<void>;
}

/** Sets up a real OpenClaw in a temporary home inside `dir`, starts its gateway, and lets things happen in it. */
export async function startRealGateway({ dir }: { readonly dir: string }): Promise<RealGateway> {
  const { binDir } = await ensureOpenClaw();
  const provider = await startMockProvider();
  const port = await freePort();
  const home = join(dir, "home");
  const logFile = join(dir, "gateway.log");
  await mkdir(home, { recursive: true, mode: 0o700 });
  const env = homeEnv(home, binDir);
  const openclaw = (...args: readonly string[]): Promise<Finished> =>
    finished([join(binDir, "openclaw"), ...args], { env, cwd: home });
  let gatewayPid = 0;
  const start = async (): Promise<void> => {
    gatewayPid = await launch({ binDir, home, env, logFile, port });
  };
  const stop = async (): Promise<void> => endProcesses([gatewayPid, ...(await openClawPids(home))]);
  const dispose = async (): Promise<void> => {
    await stop();
    await provider.close();
  };
  try {
    await onboard(openclaw, port);
    await plantFiles(home, provider.baseUrl);
    await start();
    const url = `ws://127.0.0.1:${port}`;
    const filling = await fillGateway({ url, home, token: plantedSecrets.token });
    return {
      ...filling,
      home,
      stateDir: join(home, ".openclaw"),
      port,
      token: plantedSecrets.token,
      url,
      get gatewayPid() {
        return gatewayPid;
      },
      provider,
      secrets: [...Object.values(plantedSecrets), ...filling.deviceTokens],
      env,
      logFile,
      openclaw,
      accepts: (bearer) => accepts(port, bearer),
      start,
      stop,
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Nothing of the test runner's own environment reaches the gateway. */
function homeEnv(home: string, binDir: string): Record<string, string> {
  return {
    HOME: home,
    PATH: `${binDir}:/usr/local/bin:/usr/bin:/bin`,
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    OPENCLAW_NO_AUTO_UPDATE: "1",
    OPENCLAW_HANDSHAKE_TIMEOUT_MS: "60000",
    CLAW_IR_E2E_LAUNCH_SECRET: plantedSecrets.launch,
  };
}

interface Launch {
  readonly binDir: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly port: number;
}

/** Starts the gateway in the foreground of a session of its own and waits until it is ready. */
async function launch({ binDir, home, env, logFile, port }: Launch): Promise<number> {
  const log = await open(logFile, "a", 0o600);
  const gateway = spawn(join(binDir, "openclaw"), ["gateway", "run"], {
    cwd: home,
    env,
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  gateway.unref();
  await new Promise((resolve, reject) => gateway.once("spawn", resolve).once("error", reject));
  await log.close();
  const pid = gateway.pid ?? 0;
  await until("the gateway is ready", 1_200_000, async () => {
    if (!(await isRunning(pid))) throw new Error(`the gateway ended:\n${await tail(logFile)}`);
    return (await status(`http://127.0.0.1:${port}/readyz`)) === 200;
  });
  return pid;
}

async function tail(path: string): Promise<string> {
  return (await readFile(path, "utf8")).split("\n").slice(-20).join("\n");
}

/** Asks the one path whose answer depends on nothing but the bearer. */
async function accepts(port: number, bearer: string): Promise<number> {
  return status(`http://127.0.0.1:${port}/__openclaw/control-ui-config.json`, `Bearer ${bearer}`);
}

/** The gateway refuses later and later, up to ten seconds, and does not answer at all while it is busy starting. */
const answerMs = 180_000;

/** The status of a GET; 0 where nothing listens. A connection of its own: one that was kept may be closed just when it is used. */
async function status(url: string, authorization = ""): Promise<number> {
  const headers = authorization === "" ? {} : { authorization };
  return new Promise((resolve) => {
    const asked = request(url, { headers, agent: false, signal: AbortSignal.timeout(answerMs) }, (answer) => {
      answer.on("error", () => undefined).resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on("error", () => resolve(0));
    asked.end();
  });
}
