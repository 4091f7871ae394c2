/** The real Host. This folder is everything claw-ir is able to do to the world. */
import { randomBytes } from "node:crypto";
import { hostname, release, tmpdir, type as osType, userInfo } from "node:os";
import type { Host, HostFacts } from "../host.ts";
import { realClock } from "./clock.ts";
import { realFs } from "./fs.ts";
import { realGit } from "./git.ts";
import { realHttp } from "./http.ts";
import { psProcesses } from "./processes-darwin.ts";
import { linuxProcesses } from "./processes-linux.ts";
import { toolPathOf } from "./programs.ts";
import { realPrompt } from "./prompt.ts";
import { realRun, realSpawn } from "./run.ts";
import type { SecretSource } from "./secret-source.ts";
import { installSignals } from "./signals.ts";
import { realSqlite } from "./sqlite.ts";
import { realTerminal } from "./terminal.ts";

export interface RealHostOptions {
  /** The parsed file of --answers (see `answersOf`). */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly yes: boolean;
  /** --non-interactive; a stdin or stderr that is no terminal has the same effect. */
  readonly nonInteractive: boolean;
  readonly color: boolean | undefined;
  /** Prompt id → where its secret is read from. */
  readonly secretFiles: Readonly<Record<string, SecretSource>>;
  readonly budgetMs?: number;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Replaces the fixed folders that system tools are looked up in; default: CLAW_IR_TOOL_PATH of `env`. */
  readonly toolPath?: string;
  /** A second Ctrl-C: leave at once with exit code 130. */
  readonly onSecondInterrupt?: () => void;
}

export interface RealHost extends Host {
  /** Takes the signal handlers and the budget's timer away. */
  readonly dispose: () => void;
}

function userName(env: RealHostOptions["env"]): string {
  try {
    return userInfo().username;
  } catch {
    // A uid without an entry, as in many containers.
    return env["USER"] ?? String(process.getuid?.() ?? "unknown");
  }
}

function homeOf(env: RealHostOptions["env"]): string {
  const home = env["HOME"] ?? "";
  if (home !== "") return home;
  try {
    return userInfo().homedir;
  } catch {
    return "/";
  }
}

function factsOf({ env, version }: RealHostOptions): HostFacts {
  const { platform } = process;
  return {
    platform: platform === "linux" || platform === "darwin" ? platform : "other",
    hostname: hostname(),
    os: `${osType()} ${release()} ${process.arch}`,
    uid: process.getuid?.() ?? -1,
    user: userName(env),
    home: homeOf(env),
    tmp: tmpdir(),
    pid: process.pid,
    execPath: process.execPath,
    env,
    version,
  };
}

/** Installs the signal handlers at once: `dispose` takes them away again. */
export function createRealHost(options: RealHostOptions): RealHost {
  const { env } = options;
  const signals = installSignals({
    ...(options.budgetMs === undefined ? {} : { budgetMs: options.budgetMs }),
    ...(options.onSecondInterrupt === undefined ? {} : { onSecond: options.onSecondInterrupt }),
  });
  const { signal } = signals;
  const setting = { env, toolPath: toolPathOf(env, options.toolPath), signal };
  const facts = factsOf(options);
  const fs = realFs();
  const run = realRun(setting);
  const terminal = realTerminal({ color: options.color, env });
  const prompt = realPrompt({
    answers: options.answers ?? {},
    yes: options.yes,
    interactive: !options.nonInteractive && process.stdin.isTTY && process.stderr.isTTY,
    secretFiles: options.secretFiles,
    signals,
    terminal,
  });
  return {
    facts,
    fs,
    run,
    spawn: realSpawn(setting),
    http: realHttp(signal),
    prompt,
    clock: realClock(signal),
    git: realGit(fs, setting),
    processes: facts.platform === "linux" ? linuxProcesses() : psProcesses(run),
    terminal,
    sqlite: realSqlite(),
    random: (bytes) => randomBytes(bytes),
    signal,
    dispose: signals.dispose,
  };
}
