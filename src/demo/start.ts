import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Host, ProcessRecord } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";

export interface StandIn {
  /** The stand-in and everything it ever started, as long as it lives. */
  readonly owns: (process: ProcessRecord, all: readonly ProcessRecord[]) => boolean;
  readonly end: () => Promise<void>;
}

/** A port that nothing listens on, above the range the system hands out by itself where that is usual. */
export async function freePort(host: Host): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const [high = 0, low = 0] = host.random(2);
    const port = 20_000 + (((high << 8) | low) % 10_000);
    if (!(await host.http.portOpen("127.0.0.1", port, 500))) return port;
  }
  throw new ClawError("no free port for the demonstration", {
    exit: "failed",
    code: "demo-no-port",
    hint: "try again",
  });
}

/** Puts an `openclaw` into the demonstration's home that runs the stand-in, and starts it as an operator would. */
export async function startStandIn(host: Host, root: string, port: number): Promise<StandIn> {
  const program = join(root, "home/claw/bin/openclaw");
  const script = fileURLToPath(
    new URL(`./stand-in/gateway${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
  );
  const state = join(root, "home/claw/.openclaw");
  const words = [host.facts.execPath, script, state, String(host.facts.pid)].map(quoted).join(" ");
  await host.fs.writeAtomic(program, `#!/bin/sh\nexec ${words}\n`, { mode: 0o700 });
  await host.spawn([program, "gateway", "run"], {
    env: {
      HOME: join(root, "home/claw"),
      PATH: `${join(root, "home/claw/bin")}:/usr/bin:/bin`,
    },
    logFile: join(root, "gateway.log"),
  });
  await untilReady(host, port, join(root, "gateway.log"));
  const owns = (process: ProcessRecord, all: readonly ProcessRecord[]): boolean => isOurs(process, all, root);
  return { owns, end: () => endAll(host, owns) };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Its home is the demonstration's, which nothing else on the machine has, or that of its parent is. */
function isOurs(process: ProcessRecord, all: readonly ProcessRecord[], root: string): boolean {
  if (
    process.environ?.some(
      ({ name, value }) => name === "HOME" && value.reveal() === join(root, "home/claw"),
    ) === true
  )
    return true;
  const parent = process.ppid > 1 ? all.find((one) => one.pid === process.ppid) : undefined;
  return parent !== undefined && parent.pid !== process.pid && isOurs(parent, all, root);
}

async function untilReady(host: Host, port: number, logFile: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await host.http.request({ url: `http://127.0.0.1:${port}/readyz`, timeoutMs: 1000 });
    if (answer.ok && answer.status === 200) return;
    await host.clock.sleep(100);
  }
  const log = await host.fs.readText(logFile).catch(() => "");
  throw new ClawError(`the demonstration's gateway did not start: ${log.slice(-300)}`, {
    exit: "failed",
    code: "demo-gateway",
    hint: "please report this",
  });
}

async function endAll(host: Host, owns: StandIn["owns"]): Promise<void> {
  const { processes } = await host.processes.list({ hidden: false });
  for (const process of processes.filter((one) => owns(one, processes))) {
    await host.processes.signal(process, "SIGKILL");
  }
}
