/** One child process in its own process group, with a time limit, an output limit and a kill that reaches grandchildren. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { Secret } from "../../model/secret.ts";
import type { RunOptions } from "../host.ts";
import { throwIfAborted } from "./signals.ts";
import { codeOf } from "../../model/errors.ts";

export interface ChildResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly timedOut: boolean;
  readonly truncated: boolean;
  /** Set when it could not be started. */
  readonly failure?: { readonly code: string; readonly message: string };
}

export interface ChildOptions extends Omit<RunOptions, "env"> {
  readonly env: Record<string, string>;
  readonly signal: AbortSignal;
  /** Ends the group as soon as the output limit is passed: more would only cost time. */
  readonly stopWhenFull?: boolean;
}

const killAfterMs = 2000;
/** A grandchild in another session may hold the pipes open after the child has gone; it is not waited for. */
const lingerMs = 1000;

/** The first `max` bytes of a stream. */
function collect(stream: Readable | null, max: number, onFull: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let left = max;
  stream?.on("data", (chunk: Buffer) => {
    if (chunk.length > left) onFull();
    if (left > 0) chunks.push(chunk.subarray(0, left));
    left -= Math.min(left, chunk.length);
  });
  stream?.on("error", () => undefined);
  return () => Buffer.concat(chunks);
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** SIGTERM, two seconds of patience, SIGKILL: for every process of the group, whether or not its leader is still there. */
async function endGroup(pid: number): Promise<void> {
  if (!signalGroup(pid, "SIGTERM")) return;
  for (let waited = 0; waited < killAfterMs; waited += 50) {
    await pause(50);
    if (!signalGroup(pid, 0)) return;
  }
  signalGroup(pid, "SIGKILL");
}

function feed(child: ChildProcess, input: RunOptions["input"]): void {
  if (child.stdin === null || input === undefined) return;
  // A program that does not read its input is no failure of ours.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input instanceof Secret ? input.reveal() : input);
}

function start(program: string, args: readonly string[], options: ChildOptions): ChildProcess {
  return spawn(program, [...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env,
    detached: true,
    shell: false,
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
}

type Outcome = Pick<ChildResult, "code" | "failure">;

interface Watch {
  /** The child has gone and its output is read, or nobody waits for it any longer. */
  readonly outcome: Promise<Outcome>;
  /** From now on it is waited for `lingerMs` and no longer: it may be stuck in the kernel, or its output held open. */
  readonly linger: () => void;
}

function watch(child: ChildProcess): Watch {
  let code: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  let done = false;
  let finish: (outcome: Outcome) => void = () => undefined;
  const outcome = new Promise<Outcome>((resolve) => {
    finish = (how) => {
      done = true;
      clearTimeout(timer);
      resolve(how);
    };
  });
  const linger = (): void => {
    if (done) return;
    timer ??= setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      finish({ code });
    }, lingerMs);
  };
  child.once("error", (error) => {
    if (child.pid !== undefined) return;
    finish({ code: null, failure: { code: codeOf(error) ?? "unknown", message: error.message } });
  });
  child.once("exit", (status) => {
    code = status;
    linger();
  });
  child.once("close", () => finish({ code }));
  return { outcome, linger };
}

/** Rejects only when the signal is aborted, after the group was ended. */
export async function runChild(
  program: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<ChildResult> {
  throwIfAborted(options.signal);
  const child = start(program, args, options);
  const { outcome, linger } = watch(child);
  let truncated = false;
  let timedOut = false;
  let ending: Promise<void> | undefined;
  const end = (): void => {
    if (child.pid !== undefined) ending ??= endGroup(child.pid).then(linger);
  };
  const onFull = (): void => {
    truncated = true;
    if (options.stopWhenFull === true) end();
  };
  const max = options.maxBytes ?? 8 * 1024 * 1024;
  const stdout = collect(child.stdout, max, onFull);
  const stderr = collect(child.stderr, max, onFull);
  feed(child, options.input);
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, options.timeoutMs);
  options.signal.addEventListener("abort", end, { once: true });
  const how = await outcome;
  clearTimeout(timer);
  options.signal.removeEventListener("abort", end);
  await ending;
  throwIfAborted(options.signal);
  return { ...how, stdout: stdout(), stderr: stderr(), timedOut, truncated };
}
