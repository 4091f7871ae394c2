import { InvalidArgumentError, Option, type Command } from "commander";
import { ClawError } from "../model/errors.ts";
import type { HostWishes, SecretSource } from "./edge.ts";

/** The options every command takes, as commander hands them over. */
export interface CommonOptions {
  readonly home?: string;
  readonly root?: string;
  readonly stateDir?: string;
  readonly profile?: string;
  readonly case?: string;
  readonly dataDir?: string;
  readonly json?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly nonInteractive?: true;
  readonly answers?: string;
  readonly budget?: number;
  readonly color: boolean;
  readonly verbose?: true;
  readonly demo?: true;
  /** Of `collect` only. */
  readonly full?: true;
  readonly secretFrom?: Readonly<Record<string, SecretSource>>;
  readonly passphraseFrom?: SecretSource;
  readonly recipient?: readonly string[];
}

/** Prompt ids that the passphrase of --passphrase-from answers. */
export const passphrasePrompts = [
  "seal.passphrase",
  "seal.private-key-passphrase",
  "open.passphrase",
  "open.private-key-passphrase",
] as const;

/** Prompt ids of what opens an archive. */
export const openPrompts = {
  passphrase: "open.passphrase",
  keyPassphrase: "open.private-key-passphrase",
} as const;

/** Adds the common options to a command, after its own: in its help they stand in a group below them. */
export function withCommonOptions(command: Command): Command {
  return command
    .optionsGroup("Options every command takes:")
    .option("--home <dir>", "the home folder to examine (default: yours)")
    .option("--root <dir>", "mounted file system that host paths are read under (default: /)")
    .option("--state-dir <dir>", "OpenClaw's state folder (default: ~/.openclaw)")
    .option("--profile <name>", "OpenClaw's profile")
    .option("--case <id>", "the case to work on")
    .option("--data-dir <dir>", "where cases and keys are kept (default: $CLAW_IR_HOME or ~/.claw-ir)")
    .option("--json", "JSON on stdout and nothing else")
    .option("--dry-run", "say what would be done, change nothing")
    .option(
      "--yes",
      "accept the default of confirmations, except those that destroy or reach outside the host",
    )
    .option("--non-interactive", "never ask: a question without an answer is an error")
    .option("--answers <file>", "JSON object: prompt id → answer")
    .option("--budget <seconds>", "end in order after so many seconds", seconds)
    .option("--no-color", "no colours")
    .option("--verbose", "say more")
    .addOption(new Option("--demo", "run on a bundled compromised host in a temporary folder"))
    .option(
      "--secret-from <credential=source>",
      "a new credential, from FILE or fd:N (repeatable)",
      secretFrom,
    )
    .option(
      "--passphrase-from <source>",
      "passphrase for a seal or a private key, from FILE or fd:N",
      sourceOf,
    )
    .option("--recipient <key>", "OpenPGP recipient, fingerprint or file (repeatable)", collect)
    .allowExcessArguments(false)
    .exitOverride();
}

export function wishesOf(options: CommonOptions): HostWishes {
  const passphrase = options.passphraseFrom;
  const fromPassphrase =
    passphrase === undefined ? {} : Object.fromEntries(passphrasePrompts.map((id) => [id, passphrase]));
  return {
    ...(options.answers === undefined ? {} : { answersFile: options.answers }),
    yes: options.yes === true,
    nonInteractive: options.nonInteractive === true,
    noColor: !options.color,
    secretFrom: { ...fromPassphrase, ...options.secretFrom },
    ...(options.budget === undefined ? {} : { budgetMs: options.budget * 1000 }),
  };
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("a number of seconds is needed");
  return value;
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function sourceOf(text: string): SecretSource {
  const fd = /^fd:(\d{1,4})$/.exec(text)?.[1];
  if (fd !== undefined) return { fd: Number(fd) };
  if (text === "") throw new InvalidArgumentError("a file or fd:N is needed");
  return { file: text };
}

function secretFrom(
  text: string,
  before: Readonly<Record<string, SecretSource>> | undefined,
): Readonly<Record<string, SecretSource>> {
  const cut = text.indexOf("=");
  if (cut < 1) throw new InvalidArgumentError("CREDENTIAL=FILE or CREDENTIAL=fd:N is needed");
  return { ...before, [`secret.${text.slice(0, cut)}`]: sourceOf(text.slice(cut + 1)) };
}

/** Options that make no sense together are told before anything is done. */
export function checkOptions(options: CommonOptions): void {
  if (options.demo !== true) return;
  const clash = ["home", "root", "stateDir", "profile"].filter((name) => Object.hasOwn(options, name));
  if (clash.length === 0) return;
  throw new ClawError(`--demo brings its own host and cannot be used with --${clash.join(", --")}`, {
    exit: "usage",
    code: "demo-clash",
    hint: "leave the other option away",
  });
}

/** For commands that work on cases: the demonstration's end with its run, and what is looked at must never be the user's. */
export function refuseDemo({ demo, dataDir }: CommonOptions): void {
  if (demo !== true || dataDir !== undefined) return;
  throw new ClawError("the demonstration has no case that outlives its run", {
    exit: "usage",
    code: "demo-has-no-case",
    hint: "name the folder that a demonstration told at its end with --data-dir, or leave --demo away",
  });
}
