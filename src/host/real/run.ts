import { spawn } from "node:child_process";
import { constants, existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { ClawError, messageOf } from "../../model/errors.ts";
import type { Run, RunOptions, RunResult, Spawn } from "../host.ts";
import { type ChildResult, runChild } from "./child.ts";
import { childEnv, findProgram } from "./programs.ts";

export interface RunSetting {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly toolPath: string;
  readonly signal: AbortSignal;
}

function notRun(stderr: string, missing: boolean): RunResult {
  return { code: null, stdout: "", stderr, timedOut: false, truncated: false, missing };
}

function resultOf({ code, stdout, stderr, timedOut, truncated }: ChildResult): RunResult {
  const text = { stdout: stdout.toString("utf8"), stderr: stderr.toString("utf8") };
  return { code, ...text, timedOut, truncated, missing: false };
}

export function realRun(setting: RunSetting): Run {
  return async ([name, ...args]: readonly [string, ...string[]], options: RunOptions) => {
    const program = findProgram(name, setting.toolPath);
    if (program === undefined) return notRun("", true);
    if (options.cwd !== undefined && !existsSync(options.cwd)) return notRun("no such working folder", false);
    const result = await runChild(program, args, {
      ...options,
      env: childEnv(setting.env, setting.toolPath, options.env),
      signal: setting.signal,
    });
    return result.failure === undefined
      ? resultOf(result)
      : notRun(result.failure.message, result.failure.code === "ENOENT");
  };
}

function notStarted(name: string, cause?: unknown): ClawError {
  return new ClawError(`the program ${JSON.stringify(name)} could not be started`, {
    exit: "failed",
    code: "program-missing",
    hint: cause === undefined ? "it is in none of the system's folders" : messageOf(cause),
    ...(cause === undefined ? {} : { cause }),
  });
}

const appendFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/** The caller's event loop is not kept alive by the child. */
export function realSpawn(setting: Omit<RunSetting, "signal">): Spawn {
  return async ([name, ...args], options) => {
    const program = findProgram(name, setting.toolPath);
    if (program === undefined) throw notStarted(name);
    const log = await open(options.logFile, appendFlags, 0o600);
    try {
      const child = spawn(program, args, {
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        env: childEnv(setting.env, setting.toolPath, options.env),
        detached: true,
        shell: false,
        stdio: ["ignore", log.fd, log.fd],
      });
      await new Promise<void>((resolve, reject) => {
        child.once("spawn", resolve);
        child.once("error", (error) => reject(notStarted(name, error)));
      });
      child.unref();
      if (child.pid === undefined) throw notStarted(name);
      return { pid: child.pid };
    } finally {
      await log.close();
    }
  };
}
