/** Remembered before the stop, so that recovery can start the same gateway: afterwards nothing tells it any more. */
import { dirname } from "node:path";
import type { ProcessRecord } from "../host/host.ts";
import type { GatewayLocation, HowItRan } from "./types.ts";

/** Variables that say where things are; every other value may be a secret and only its name is kept. */
const plainNames = new Set([
  "HOME",
  "PATH",
  "LANG",
  "TZ",
  "OPENCLAW_HOME",
  "OPENCLAW_STATE_DIR",
  "OPENCLAW_CONFIG_PATH",
  "OPENCLAW_PROFILE",
  "OPENCLAW_GATEWAY_PORT",
]);

const maxValue = 4096;

/** Of the main gateway process; undefined when none runs. */
export function howItRan(location: GatewayLocation): HowItRan | undefined {
  const main = location.processes[0];
  if (main === undefined) return undefined;
  const packageDir = packageOf([main, ...location.children]);
  return {
    pid: main.pid,
    uid: main.uid,
    // The title is padded to the length of the arguments it overwrote.
    argv: main.argv.filter((arg) => arg !== ""),
    port: location.port,
    ...(main.user === undefined ? {} : { user: main.user }),
    ...(main.exe === undefined || main.exeDeleted === true ? {} : { exe: main.exe }),
    ...(main.cwd === undefined ? {} : { cwd: main.cwd }),
    ...(packageDir === undefined ? {} : { packageDir }),
    ...environmentOf(main),
  };
}

function environmentOf(main: ProcessRecord): Pick<HowItRan, "env" | "envNames"> {
  const env: Record<string, string> = {};
  const environ = main.environ ?? [];
  for (const { name, value } of environ) {
    if (plainNames.has(name) && value.length <= maxValue) env[name] = value.reveal();
  }
  return { env, envNames: environ.map(({ name }) => name).slice(0, 500) };
}

/** The gateway's helpers keep their arguments: `…/node_modules/openclaw/dist/process/spawn-broker/worker.js`. */
function packageOf(processes: readonly ProcessRecord[]): string | undefined {
  for (const process of processes) {
    for (const arg of process.argv.slice(0, 12)) {
      const cut = arg.indexOf("/dist/");
      const dir = cut > 0 ? arg.slice(0, cut) : scriptDir(arg);
      if (dir?.startsWith("/") === true && /\/(?:openclaw|clawdbot)$/.test(dir)) return dir;
    }
  }
  return undefined;
}

function scriptDir(arg: string): string | undefined {
  return /\/(?:openclaw|clawdbot)\.mjs$/.test(arg) ? dirname(arg) : undefined;
}
