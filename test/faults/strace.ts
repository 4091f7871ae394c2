/** What a program did to the world, as the kernel saw it: through strace, every process and thread of it. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const strace = "strace";
export const hasStrace = spawnSync(strace, ["-V"]).error === undefined;

/** System calls by which another program gets to run. */
export const starting = ["execve", "execveat", "fork", "vfork", "clone", "clone3"] as const;

/** The same, and those by which files change or other processes are told something. */
const changing = [
  ...["open", "openat", "openat2", "creat", "truncate", "ftruncate"],
  ...["unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"],
  ...["mkdir", "mkdirat", "rmdir", "mknod", "mknodat", "chmod", "fchmod", "fchmodat", "chown", "fchown"],
  ...[
    "lchown",
    "fchownat",
    "utimensat",
    "futimesat",
    "utime",
    "utimes",
    "setxattr",
    "lsetxattr",
    "fsetxattr",
  ],
  ...[
    "removexattr",
    "lremovexattr",
    "fremovexattr",
    "mount",
    "umount2",
    "kill",
    "tgkill",
    "pidfd_send_signal",
  ],
  ...starting,
];

export interface Traced {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Calls that change a file or folder, or tried to. */
  readonly changes: readonly { readonly call: string; readonly path: string }[];
  /** Programs that were started, or tried to, with the first one. */
  readonly programs: readonly (readonly string[])[];
  /** Processes that were made; threads are none. */
  readonly forks: number;
  /** Signals sent to other processes than the traced ones. */
  readonly signals: readonly string[];
}

export interface TraceOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where strace writes. */
  readonly log: string;
  /** System calls to look at; each of them costs the program time. Default: all that could change something. */
  readonly calls?: readonly string[];
}

export function traced(
  argv: readonly string[],
  { cwd, env, log, calls: wanted = changing }: TraceOptions,
): Traced {
  const options = ["-f", "--seccomp-bpf", "-qq", "-y", "-s", "4096", "-e", "signal=none", "-o", log];
  const result = spawnSync(
    strace,
    [...options, "-e", `trace=${wanted.map((one) => `?${one}`).join()}`, ...argv],
    {
      cwd,
      env,
      encoding: "utf8",
      maxBuffer: 256 << 20,
    },
  );
  const calls = readFileSync(log, "latin1").split("\n").flatMap(callOf);
  const pids = new Set(calls.map(({ pid }) => pid));
  return {
    code: result.status,
    stdout: result.stdout,
    stderr: result.stderr,
    changes: calls.flatMap((call) => changeOf(call, cwd)),
    programs: calls.filter(({ name }) => name.startsWith("execve")).map(({ args }) => stringsIn(args)),
    forks: calls.filter(isFork).length,
    signals: calls.filter((call) => isForeignSignal(call, pids)).map(({ name, args }) => `${name}(${args})`),
  };
}

interface Call {
  readonly pid: string;
  readonly name: string;
  /** As strace prints them; of a call that was interrupted by another thread's the beginning, which holds the paths. */
  readonly args: string;
}

function callOf(line: string): readonly Call[] {
  const [, pid = "", name = "", args = ""] = /^(\d+) +([a-z0-9_]+)\((.*)$/.exec(line) ?? [];
  return name === "" ? [] : [{ pid, name, args }];
}

const quoted = /"((?:[^"\\]|\\.)*)"/g;

function stringsIn(args: string): readonly string[] {
  return Array.from(args.matchAll(quoted), ([, text = ""]) => unescaped(text));
}

function unescaped(text: string): string {
  const plain = text.replaceAll(/\\(?:([0-7]{1,3})|(.))/g, (_, octal: string | undefined, char: string) =>
    octal === undefined ? (escapes[char] ?? char) : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return Buffer.from(plain, "latin1").toString("utf8");
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", v: "\v", f: "\f" };

function isFork({ name, args }: Call): boolean {
  if (name === "fork" || name === "vfork") return true;
  return (name === "clone" || name === "clone3") && !args.includes("CLONE_THREAD");
}

function isForeignSignal({ name, args }: Call, pids: ReadonlySet<string>): boolean {
  if (name !== "kill" && name !== "pidfd_send_signal") return false;
  const [target = "", signal = ""] = args.split(/[,)] ?/);
  // Signal 0 only asks whether a process is there; a group that the program made carries its leader's number.
  return signal !== "0" && !pids.has(target.replace(/^-/, ""));
}

const opening = /^(?:open|openat|openat2)$/;
const writing = /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE/;
const elsewhere = /^(?:exec|fork|vfork|clone|kill|tgkill|pidfd)/;

function changeOf({ name, args }: Call, cwd: string): Traced["changes"] {
  if (elsewhere.test(name) || (opening.test(name) && !writing.test(args))) return [];
  // "-y" writes what a descriptor stands for behind it: openat(AT_FDCWD</cwd>, "path", …), fchmod(3</path>, …).
  const folders = Array.from(args.matchAll(/(?:AT_FDCWD|\d+)<((?:[^>\\]|\\.)*)>/g), ([, path = ""]) =>
    unescaped(path),
  );
  const strings = stringsIn(args);
  // What a symbolic link says is only text.
  const names = name.startsWith("symlink") ? strings.slice(-1) : strings;
  const paths = names.length === 0 ? folders : names.map((path) => resolve(folders[0] ?? cwd, path));
  return paths.map((path) => ({ call: `${name}(${args.slice(0, 300)}`, path }));
}
