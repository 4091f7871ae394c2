/** restic, run by argument array: restic 0.14 or newer. The password is in a file and never in argv or the environment. */
import type { Host, RunResult } from "../../../host/host.ts";
import { ClawError, type Exit } from "../../../model/errors.ts";
import { dict, parseJson, str, type Dict } from "../../../model/json.ts";
import { shown } from "../../../model/text.ts";

export interface Repository {
  /** As restic takes it ("/mnt/disk/repo", "sftp:host:repo", "s3:…"), or "file:PATH" for a file that holds it. */
  readonly repository: string;
  readonly passwordFile: string;
}

export interface ResticRun extends Pick<RunResult, "stdout" | "stderr"> {
  /** 0, or 3 where that is allowed: done in part. */
  readonly code: number;
}

export type Restic = (
  args: readonly string[],
  options: { readonly timeoutMs: number; readonly cwd?: string; readonly partial?: boolean },
) => Promise<ResticRun>;

const maxBytes = 64 * 1024 * 1024;

/** Throws ClawErrors: exit 10 without a repository, 11 while it is locked, 12 for the wrong password, else 1. */
export function resticOf(host: Host, { repository, passwordFile }: Repository): Restic {
  const file = /^file:(.+)$/s.exec(repository)?.[1];
  const where = file === undefined ? ["--repo", plain(repository)] : ["--repository-file", file];
  return async (args, { timeoutMs, cwd, partial = false }) => {
    const argv = ["restic", ...where, "--password-file", passwordFile, ...args] as const;
    const result = await host.run(argv, {
      timeoutMs,
      maxBytes,
      ...(cwd === undefined ? {} : { cwd }),
      // With --json restic tells its progress many times a second.
      env: { RESTIC_PROGRESS_FPS: "0.05", ...addresses(host) },
    });
    const { code, stdout, stderr } = result;
    if (code === 0 || (code === 3 && partial)) return { code, stdout, stderr };
    throw trouble(result, args[0] ?? "");
  };
}

/** A password within the address would stand in argv, where every process can read it. */
function plain(repository: string): string {
  if (!/\/\/[^/@]*:[^/@]*@/.test(repository)) return repository;
  throw new ClawError("the address of the repository holds a password", {
    exit: "usage",
    code: "secret-in-argument",
    hint: "write the address into a file that only you can read, and name that: --repository file:PATH",
  });
}

/** Variables that say where things are; those that hold secrets are not handed on. */
function addresses({ facts }: Host): Record<string, string> {
  const names = ["SSH_AUTH_SOCK", "AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_SHARED_CREDENTIALS_FILE"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = facts.env[name];
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

interface Known {
  readonly code: number;
  /** What restic before 0.17 says, whose exit code is 1 for all of them. */
  readonly says: RegExp;
  readonly exit: Exit;
  readonly error: string;
  readonly what: string;
  readonly hint: string;
}

const known: readonly Known[] = [
  {
    code: 10,
    says: /unable to open config file|repository does not exist/i,
    exit: "notFound",
    error: "no-repository",
    what: "there is no restic repository",
    hint: "check --repository; claw-ir backup create --via restic makes one where you say so",
  },
  {
    code: 11,
    says: /repository is already locked|unable to create lock/i,
    exit: "locked",
    error: "repository-locked",
    what: "the restic repository is locked",
    hint: "wait for the other restic; where none runs any more: restic unlock",
  },
  {
    code: 12,
    says: /wrong password or no key found/i,
    exit: "wrongKey",
    error: "wrong-password",
    what: "the password does not open the restic repository",
    hint: "check --restic-password-file",
  },
];

function trouble(result: RunResult, verb: string): ClawError {
  const { code, stderr, missing, timedOut } = result;
  if (missing) {
    return new ClawError("restic is not installed", {
      exit: "failed",
      code: "no-restic",
      hint: "install it (apt install restic), or leave --via restic away",
    });
  }
  const match = known.find((one) => code === one.code || (code === 1 && one.says.test(stderr)));
  if (match !== undefined)
    return new ClawError(match.what, { exit: match.exit, code: match.error, hint: match.hint });
  const why = timedOut ? "it took too long" : shown(lastWord(stderr), 300);
  return new ClawError(`restic ${verb} failed: ${why}`, {
    exit: "failed",
    code: "restic-failed",
    hint: "the same by hand says more: restic -r REPOSITORY check",
  });
}

function lastWord(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const fatal = lines.find((line) => line.startsWith("Fatal:")) ?? lines.at(-1) ?? "no reason given";
  return fatal.replaceAll(/\/\/[^/@\s]+@/g, "//…@");
}

/** The lines of --json output that are objects, each once. */
export function messagesOf(text: string): readonly Dict[] {
  return text.split("\n").flatMap((line) => {
    const value = dict(parseJson(line));
    return str(value["message_type"]) === undefined ? [] : [value];
  });
}
