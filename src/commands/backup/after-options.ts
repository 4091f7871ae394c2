/** Options of `backup create` about what happens around and after it. Shared with `backup schedule`, which hands them on. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { ClawError } from "../../model/errors.ts";
import type { Keep } from "../../preserve/backup/retention.ts";
import { resolve } from "node:path";
import type { CommonOptions } from "../options.ts";

export interface AfterOptions extends CommonOptions {
  readonly copyTo?: readonly string[];
  readonly via?: "restic";
  readonly repository?: string;
  readonly resticPasswordFile?: string;
  readonly keepLast?: number;
  readonly keepDaily?: number;
  readonly keepWeekly?: number;
  readonly keepMonthly?: number;
  readonly keepYearly?: number;
  readonly onFailure?: string;
  readonly webhookFrom?: string;
  readonly scheduled?: true;
}

const periods = ["last", "daily", "weekly", "monthly", "yearly"] as const;

export function withAfterOptions(command: Command): Command {
  command.option(
    "--copy-to <place>",
    "copy it elsewhere, verified there: a folder, rclone:REMOTE:PATH, sftp://USER@HOST/PATH or s3:BUCKET/PATH (repeatable)",
    (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
  );
  command.addOption(new Option("--via <what>", "keep it in a restic repository instead").choices(["restic"]));
  withRepositoryOptions(command);
  for (const period of periods) command.option(`--keep-${period} <n>`, meaning[period], count);
  return command
    .option("--on-failure <file>", "program to run when it fails; gets a JSON description on stdin")
    .option("--webhook-from <file>", "file with the https address to POST a failure to, as JSON")
    .addOption(new Option("--scheduled", "it runs by a timer").hideHelp());
}

const meaning: Readonly<Record<(typeof periods)[number], string>> = {
  last: "prune afterwards, and keep the last n",
  daily: "the newest of each of the last n days that have one",
  weekly: "the same for weeks",
  monthly: "the same for months",
  yearly: "the same for years",
};

/** For what reads from a repository as well. */
export function withRepositoryOptions(command: Command): Command {
  return command
    .option("--repository <repository>", "restic's repository, or file:PATH for a file that names it")
    .option("--restic-password-file <file>", "file with the password of the repository");
}

function count(text: string): number {
  if (!/^\d{1,5}$/.test(text) || text === "0") throw new InvalidArgumentError("a number above 0 is needed");
  return Number(text);
}

export function keepOf(options: AfterOptions): Keep | undefined {
  const { keepLast, keepDaily, keepWeekly, keepMonthly, keepYearly } = options;
  const all = {
    last: keepLast,
    daily: keepDaily,
    weekly: keepWeekly,
    monthly: keepMonthly,
    yearly: keepYearly,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** Repository and password file of --via restic; undefined without it. Half of it is a usage error. */
export function repositoryOf(
  options: Pick<AfterOptions, "via" | "repository" | "resticPasswordFile">,
): { readonly repository: string; readonly passwordFile: string } | undefined {
  const { via, repository, resticPasswordFile } = options;
  if (via === undefined && repository === undefined) return undefined;
  if (repository === undefined)
    throw incomplete("--via restic needs --repository", "--repository /mnt/disk/repo");
  if (resticPasswordFile === undefined)
    throw incomplete(
      "a restic repository needs --restic-password-file",
      "a file that only you can read (0600)",
    );
  return { repository: placeOf(repository), passwordFile: resolve(resticPasswordFile) };
}

/** A folder gets its whole path; "sftp:…", "s3:…" and the like stay as they are. */
export function placeOf(text: string): string {
  const file = /^file:(.+)$/s.exec(text)?.[1];
  if (file !== undefined) return `file:${resolve(file)}`;
  return /^[a-z][a-z0-9]*:/.test(text) ? text : resolve(text);
}

function incomplete(message: string, hint: string): ClawError {
  return new ClawError(message, { exit: "usage", code: "restic-options", hint: `such as ${hint}` });
}

/** The options as words of a command line that another claw-ir gets; files by their whole path. */
export function wordsOf(options: AfterOptions): readonly string[] {
  const { copyTo = [], recipient = [], via, repository } = options;
  return [
    ...recipient.flatMap((key) => ["--recipient", /^[0-9A-Fa-f\s]{40,}$/.test(key) ? key : resolve(key)]),
    ...passphraseWords(options),
    ...copyTo.flatMap((place) => ["--copy-to", placeOf(place)]),
    ...(via === undefined ? [] : ["--via", via]),
    ...(repository === undefined ? [] : ["--repository", placeOf(repository)]),
    ...fileWords(options),
    ...Object.entries(keepOf(options) ?? {}).flatMap(([what, many]) => [`--keep-${what}`, String(many)]),
  ];
}

/** The file of the passphrase; a descriptor is gone by the time the timer runs. */
export function passphraseWords({
  passphraseFrom,
}: Pick<CommonOptions, "passphraseFrom">): readonly string[] {
  if (passphraseFrom === undefined) return [];
  if ("file" in passphraseFrom) return ["--passphrase-from", resolve(passphraseFrom.file)];
  throw new ClawError("a schedule cannot read a file descriptor", {
    exit: "usage",
    code: "no-descriptor",
    hint: "name a file that only you can read: --passphrase-from FILE",
  });
}

function fileWords({ resticPasswordFile, onFailure, webhookFrom }: AfterOptions): readonly string[] {
  const files = [
    ["--restic-password-file", resticPasswordFile],
    ["--on-failure", onFailure],
    ["--webhook-from", webhookFrom],
  ] as const;
  return files.flatMap(([flag, file]) => (file === undefined ? [] : [flag, resolve(file)]));
}
