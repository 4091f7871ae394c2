import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; a failure is a result, not an exception. */
export async function finished(
  argv: readonly [string, ...string[]],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<Finished> {
  const [program, ...args] = argv;
  const work = run(program, args, { ...options, timeout: 1_200_000, maxBuffer: 64 * 1024 * 1024 });
  work.child.stdin?.end();
  return work.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => failed(error as Partial<Finished>),
  );
}

/** What `execFile` rejects with carries the output; a program that could not start has no numeric code. */
function failed({ code, stdout = "", stderr = "" }: Partial<Finished>): Finished {
  return { code: typeof code === "number" ? code : -1, stdout, stderr: stderr || String(code) };
}

/**
 * A port on loopback that nothing listens on, with two more for what OpenClaw derives from it. A gateway is stopped and started
 * again on the same one, so it lies below those that the system gives out by itself (ip_local_port_range): no connection of any
 * program takes it meanwhile. The drill and the demonstration take theirs from 20,000 on.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 19_990);
    const free = await Promise.all([port, port + 1, port + 2].map(canListen));
    if (!free.includes(false)) return port;
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}

/** Asks again and again until the answer is yes, or too much time has passed. */
export async function until(
  what: string,
  ms: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms in vain until ${what}`);
    await pause(50);
  }
}

/** Whether a process runs; one that has exited and was not reaped does not. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

/** The OpenClaw processes, gateway or CLI, that were started with this home, by whomever. */
export async function openClawPids(home: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const ours = await Promise.all(pids.map((pid) => isOpenClawOf(pid, home)));
  return pids.filter((_, index) => ours[index]);
}

/** The title says `openclaw` or `openclaw-gateway`; the environment says whose it is. */
async function isOpenClawOf(pid: number, home: string): Promise<boolean> {
  try {
    const title = await readFile(`/proc/${pid}/cmdline`, "utf8");
    if (!/^openclaw/.test(title) || !(await isRunning(pid))) return false;
    return (await readFile(`/proc/${pid}/environ`, "utf8")).split("\0").includes(`HOME=${home}`);
  } catch {
    return false;
  }
}

/** Ends processes that belong to a test: politely, then surely. */
export async function endProcesses(pids: readonly number[]): Promise<void> {
  const left = async (): Promise<readonly number[]> => {
    const running = await Promise.all(pids.map(isRunning));
    return [...new Set(pids.filter((_, index) => running[index]))];
  };
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const pid of await left()) send(pid, signal);
    await until("the processes are gone", 60_000, async () => (await left()).length === 0).catch(
      () => undefined,
    );
  }
}

/** A process that has ended meanwhile needs no signal. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
}
