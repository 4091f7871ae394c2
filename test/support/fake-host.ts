/**
 * A strict Host for tests. Files are real but confined to a fresh folder; everything else is a story the test tells:
 * a program, an address, a question or a secret that was not seeded throws, so that nothing happens unnoticed.
 */
import { createHash } from "node:crypto";
import { chmod, lutimes, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  Host,
  HostFacts,
  Run,
  RunOptions,
  RunResult,
  Spawn,
  SpawnOptions,
} from "../../src/host/host.ts";
import type { HostGit } from "../../src/host/git.ts";
import type { HttpRequest, HttpResult, WsConversation } from "../../src/host/http.ts";
import type { LoginRecord, ProcessList, ProcessRecord, SocketRecord } from "../../src/host/processes.ts";
import { realGit } from "../../src/host/real/git.ts";
import { toolPathOf } from "../../src/host/real/programs.ts";
import { realSqlite } from "../../src/host/real/sqlite.ts";
import { cancelled } from "../../src/model/errors.ts";
import { confine, type Confined } from "./confined-fs.ts";
import { type FakeDepth, type FakeProcesses, fakeProcesses, type OnSignal } from "./fake-processes.ts";
import { type Asked, type FakeAnswers, fakePrompt, type FakeSecrets } from "./fake-prompt.ts";
import { fakeTime, type FakeTime } from "./fake-time.ts";

export { fakeProcess, fakeSocket } from "./fake-processes.ts";

export type Argv = readonly [string, ...string[]];
/** What a program answers; what is left out is as after a silent success. */
export type FakeResult = Partial<RunResult>;
export type FakeCommand =
  FakeResult | ((argv: Argv, options: RunOptions) => FakeResult | Promise<FakeResult>);

export type FakeFile =
  | string
  | Uint8Array
  | { readonly content: string | Uint8Array; readonly mode?: number; readonly mtime?: Date }
  | { readonly link: string };

export interface FakeHostOptions {
  /** Beyond the defaults: a Linux host "claw", user "user" (uid 1000) with its home below the root. */
  readonly facts?: Partial<HostFacts>;
  readonly env?: Readonly<Record<string, string>>;
  /** "~/x" lies in the home, everything else below the root. */
  readonly files?: Readonly<Record<string, FakeFile>>;
  /** Further places outside the root that may be read. The project's templates always may. */
  readonly readable?: readonly string[];
  /** By the arguments joined by spaces: "systemctl --user stop x". Mutable as `host.commands`. */
  readonly commands?: Readonly<Record<string, FakeCommand>>;
  /** Asked first; undefined: not known here. */
  readonly onRun?: (
    argv: Argv,
    options: RunOptions,
  ) => FakeResult | undefined | Promise<FakeResult | undefined>;
  readonly onSpawn?: (argv: Argv, options: SpawnOptions) => { readonly pid: number };
  readonly http?: (request: HttpRequest) => HttpResult | undefined | Promise<HttpResult | undefined>;
  readonly ports?: Readonly<Record<number, boolean>>;
  readonly webSocket?: (url: string) => WsConversation | undefined;
  readonly answers?: FakeAnswers;
  readonly secrets?: FakeSecrets;
  /** --yes. */
  readonly yes?: boolean;
  readonly now?: string | Date;
  readonly processes?: readonly ProcessRecord[];
  readonly sockets?: readonly SocketRecord[];
  readonly logins?: readonly LoginRecord[];
  readonly hidden?: readonly number[];
  readonly busy?: Pick<ProcessList, "late" | "searchedTo">;
  /** What can be seen of single processes, by pid. */
  readonly depths?: Readonly<Record<number, FakeDepth>>;
  readonly onSignal?: OnSignal;
  /** Default: the real one, below the root. */
  readonly git?: HostGit;
}

export interface FakeHost
  extends
    Pick<Confined, "fail" | "heal" | "written" | "removed">,
    Pick<FakeTime, "advance" | "later" | "setNow" | "slept">,
    Omit<FakeProcesses, "host"> {
  readonly host: Host;
  readonly root: string;
  readonly home: string;
  /** "~/x" or a path of the fake machine as a real path. */
  readonly path: (path: string) => string;
  /** Makes a file, with its folders (0700). */
  readonly put: (path: string, file: FakeFile) => Promise<string>;
  readonly commands: Record<string, FakeCommand>;
  readonly ran: { readonly argv: Argv; readonly options: RunOptions }[];
  readonly spawned: { readonly argv: Argv; readonly options: SpawnOptions }[];
  readonly sent: HttpRequest[];
  /** Mutable: which ports accept a connection. */
  readonly ports: Record<number, boolean>;
  readonly answers: FakeAnswers;
  readonly secrets: FakeSecrets;
  /** Ids of the questions that were put, in order. */
  readonly asked: () => readonly string[];
  readonly questions: readonly Asked[];
  readonly out: () => string;
  readonly err: () => string;
  readonly progress: readonly string[];
  /** Ctrl-C. */
  readonly cancel: () => void;
  readonly cleanup: () => Promise<void>;
}

const templates = fileURLToPath(new URL("../../templates", import.meta.url));

function factsOf(options: FakeHostOptions, root: string, home: string): HostFacts {
  return {
    platform: "linux",
    hostname: "claw",
    os: "Linux 6.1.0 x64",
    uid: 1000,
    user: "user",
    home,
    tmp: join(root, "tmp"),
    execPath: "/usr/bin/node",
    pid: 4242,
    env: { HOME: home, ...options.env },
    version: "0.0.0-test",
    ...options.facts,
  };
}

async function putFile(path: string, file: FakeFile): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (typeof file === "string" || file instanceof Uint8Array) {
    await writeFile(path, file, { mode: 0o600 });
  } else if ("link" in file) {
    await symlink(file.link, path);
  } else {
    await writeFile(path, file.content);
    await chmod(path, file.mode ?? 0o600);
    if (file.mtime !== undefined) await lutimes(path, file.mtime, file.mtime);
  }
  return path;
}

const silentSuccess: RunResult = {
  code: 0,
  stdout: "",
  stderr: "",
  timedOut: false,
  truncated: false,
  missing: false,
};

/** For `commands`: the program is not installed. */
export const notInstalled: FakeResult = { code: null, missing: true };

function runOf(
  options: FakeHostOptions,
  commands: Record<string, FakeCommand>,
  ran: FakeHost["ran"],
  signal: AbortSignal,
): Run {
  return async (argv, given) => {
    if (signal.aborted) throw cancelled();
    ran.push({ argv, options: given });
    const answer = (await options.onRun?.(argv, given)) ?? commands[argv.join(" ")];
    if (answer === undefined) throw new Error(`fake host: the command was not seeded: ${argv.join(" ")}`);
    const result = typeof answer === "function" ? await answer(argv, given) : answer;
    return { ...silentSuccess, ...result };
  };
}

function spawnOf(options: FakeHostOptions, spawned: FakeHost["spawned"]): Spawn {
  return async (argv, given) => {
    spawned.push({ argv, options: given });
    if (options.onSpawn === undefined) throw new Error(`fake host: not seeded to start: ${argv.join(" ")}`);
    return options.onSpawn(argv, given);
  };
}

function httpOf(options: FakeHostOptions, sent: HttpRequest[], ports: Record<number, boolean>): Host["http"] {
  return {
    request: async (request) => {
      sent.push(request);
      const result = await options.http?.(request);
      if (result === undefined) throw new Error(`fake host: the address was not seeded: ${request.url}`);
      return result;
    },
    portOpen: async (host, port) => {
      const open = ports[port];
      if (open === undefined) throw new Error(`fake host: the port was not seeded: ${host}:${port}`);
      return open;
    },
    webSocket: async (url) => {
      if (options.webSocket === undefined) throw new Error(`fake host: the WebSocket was not seeded: ${url}`);
      return options.webSocket(url);
    },
  };
}

/** The same bytes in every run, never the same twice in one. */
function fakeRandom(): Host["random"] {
  let count = 0;
  return (bytes) => {
    const blocks: Buffer[] = [];
    while (blocks.length * 32 < bytes) {
      count += 1;
      blocks.push(createHash("sha256").update(`fake random ${count}`).digest());
    }
    return new Uint8Array(Buffer.concat(blocks).subarray(0, bytes));
  };
}

function fakeTerminal(): { host: Host["terminal"]; out: string[]; err: string[]; progress: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const progress: string[] = [];
  const host: Host["terminal"] = {
    stdoutIsTty: false,
    stderrIsTty: false,
    width: 100,
    color: false,
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    paint: (_style, text) => text,
    progress: (text) => void progress.push(text),
  };
  return { host, out, err, progress };
}

function confinedSqlite(confined: Confined): Host["sqlite"] {
  const real = realSqlite();
  return {
    open: async (path, options = {}) => {
      if (options.readOnly === true) confined.mayRead(path);
      else confined.mayWrite(path);
      if (options.create === true) confined.written.push(path);
      return real.open(path, options);
    },
    openBytes: (bytes) => real.openBytes(bytes),
  };
}

function gitOf(options: FakeHostOptions, confined: Confined, signal: AbortSignal): HostGit {
  return options.git ?? realGit(confined.fs, { env: {}, toolPath: toolPathOf({}, undefined), signal });
}

export async function fakeHost(options: FakeHostOptions = {}): Promise<FakeHost> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "claw-ir-fake-")));
  const home = options.facts?.home ?? join(root, "home", "user");
  const path = (given: string): string =>
    given.startsWith("~/") ? join(home, given.slice(2)) : join(root, given);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await mkdir(join(root, "tmp"), { recursive: true, mode: 0o700 });
  for (const [name, file] of Object.entries(options.files ?? {})) await putFile(path(name), file);

  const controller = new AbortController();
  const { signal } = controller;
  const confined = confine({ root, readable: [templates, ...(options.readable ?? [])] });
  const { clock, ...time } = fakeTime(options.now ?? "2026-11-21T10:00:00.000Z", signal);
  const { host: processes, ...world } = fakeProcesses(options, options.onSignal);
  const answers = { ...options.answers };
  const secrets = { ...options.secrets };
  const prompt = fakePrompt(answers, secrets, options.yes ?? false);
  const terminal = fakeTerminal();
  const commands = { ...options.commands };
  const ports = { ...options.ports };
  const ran: FakeHost["ran"] = [];
  const spawned: FakeHost["spawned"] = [];
  const sent: HttpRequest[] = [];
  const host: Host = {
    facts: factsOf(options, root, home),
    fs: confined.fs,
    run: runOf(options, commands, ran, signal),
    spawn: spawnOf(options, spawned),
    http: httpOf(options, sent, ports),
    prompt: prompt.host,
    clock,
    git: gitOf(options, confined, signal),
    processes,
    terminal: terminal.host,
    sqlite: confinedSqlite(confined),
    random: fakeRandom(),
    signal,
  };
  return {
    ...world,
    ...time,
    host,
    root,
    home,
    path,
    put: (name, file) => putFile(path(name), file),
    commands,
    ran,
    spawned,
    sent,
    ports,
    answers,
    secrets,
    asked: () => prompt.questions.map(({ id }) => id),
    questions: prompt.questions,
    written: confined.written,
    removed: confined.removed,
    fail: confined.fail,
    heal: confined.heal,
    out: () => terminal.out.join(""),
    err: () => terminal.err.join(""),
    progress: terminal.progress,
    cancel: () => controller.abort(cancelled()),
    cleanup: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
