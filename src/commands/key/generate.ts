import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { Host } from "../../host/host.ts";
import { ClawError, exits } from "../../model/errors.ts";
import type { Secret } from "../../model/secret.ts";
import { shown } from "../../model/text.ts";
import {
  fileWord,
  generateRecipient,
  keySheet,
  keysFolder,
  newKeyAdvice,
  privateFiles,
  sealPrompts,
} from "../../preserve/index.ts";
import { deliver } from "../deliver.ts";
import type { Edge } from "../edge.ts";
import { withCommonOptions } from "../options.ts";
import { say } from "../present/page.ts";
import { makeSigningKey, signingAdvice } from "./generate-signing.ts";
import type { Generated, GenerateOptions } from "./generated.ts";
import { withKeys, type Done, type KeyPlace } from "./place.ts";

export function generate(edge: Edge, done: Done): Command {
  return withCommonOptions(
    new Command("generate")
      .summary("make a key, and a sheet with its fingerprint to print")
      .description(
        "Makes a Curve25519 key that gpg 2.2 imports. Its private part goes to a file that you take off this host, its public part makes it a recipient of every seal from now on. Prints the sheet to keep with it.",
      )
      .option("--name <text>", "user id of the key (default: claw-ir and the host's name)")
      .option("--private-out <file>", "where the private part goes (default: asked for)")
      .option("--expires <age>", "how long it can be used: 90d, 26w, 2y (default: without end)", ageSeconds)
      .option("--signing", "the key that this host signs its archives with, instead of a recipient's")
      .option("--sheet <file>", "write the sheet to this file instead of stdout"),
  ).action(async (options: GenerateOptions) => {
    refuseClash(options);
    await withKeys(edge, options, { make: true }, async (place) => {
      if (options.sheet !== undefined) await refuseSheet(place.host, options.sheet);
      const made = await (options.signing === true
        ? makeSigningKey(place, options)
        : makeRecipient(place, options));
      if (made !== undefined) await handOver(place.host, options, made);
    });
    done(exits.ok);
  });
}

function refuseClash({ signing, privateOut, passphraseFrom }: GenerateOptions): void {
  if (signing !== true || (privateOut === undefined && passphraseFrom === undefined)) return;
  throw new ClawError("the private part of a signing key stays in the data folder, without a passphrase", {
    exit: "usage",
    code: "signing-key-place",
    hint: "leave --private-out and --passphrase-from away: scheduled runs have to be able to sign",
  });
}

async function refuseSheet({ fs }: Host, file: string): Promise<void> {
  if ((await fs.stat(file)) === undefined) return;
  throw new ClawError(`${shown(file)} exists already`, {
    exit: "failed",
    code: "file-exists",
    hint: "choose another name for --sheet; claw-ir overwrites nothing",
  });
}

async function makeRecipient(
  { host, dataDir, keepOut }: KeyPlace,
  options: GenerateOptions,
): Promise<Generated | undefined> {
  const privateOut = options.privateOut ?? (await askPlace(host));
  const { privateFile, revocationFile } = await privateFiles(host, dataDir, { privateOut, keepOut });
  const name = options.name ?? `claw-ir (${host.facts.hostname})`;
  if (options.dryRun === true) {
    say(
      host.terminal,
      `would make the key ${shown(name)}: its private part in ${shown(privateFile, 300)}, its public part in ${shown(keysFolder(dataDir), 300)}`,
    );
    return undefined;
  }
  const made = await generateRecipient(host, dataDir, {
    name,
    passphrase: await askPassphrase(host),
    privateOut,
    keepOut,
    ...(options.expires === undefined ? {} : { expiresInSeconds: options.expires }),
  });
  const { fingerprint, userId, algorithm, createdAt, expiresAt } = made.recipient;
  const facts = { fingerprint, userId, algorithm, createdAt, privateFile, revocationFile };
  return {
    role: "recipient",
    ...facts,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    publicFile: made.publicFile,
  };
}

function askPlace({ prompt, facts }: Host): Promise<string> {
  return prompt.text({
    id: sealPrompts.keyFile,
    message: "Where shall the private key go? A stick or another disk is best",
    default: join(facts.home, `claw-ir-${fileWord(facts.hostname)}-private-key.asc`),
  });
}

async function askPassphrase({ prompt }: Host): Promise<Secret> {
  const secret = await prompt.secret({
    id: sealPrompts.keyPassphrase,
    message: "Passphrase for the new private key (asked for to open an archive; nobody can reset it)",
    twice: true,
  });
  if (secret !== undefined && secret.length > 0) return secret;
  throw new ClawError("the private key needs a passphrase", {
    exit: "usage",
    code: "no-passphrase",
    hint: "type one, or give it with --passphrase-from FILE",
  });
}

/** What is left to do stands below the sheet, where it is seen: also if the sheet could not be written. */
async function handOver(host: Host, options: GenerateOptions, made: Generated): Promise<void> {
  try {
    await hand(host, options, made);
  } finally {
    const advice = made.role === "signing" ? signingAdvice(made.publicFile) : recipientAdvice(made);
    say(host.terminal, ...advice);
  }
}

function recipientAdvice({ privateFile }: Generated): readonly string[] {
  return [
    ...newKeyAdvice(privateFile),
    "then prove that the copy opens archives, with the stick in this host: claw-ir key test --private-key FILE",
  ];
}

/** The sheet is the result; with --json it only goes where it was asked for. */
async function hand(host: Host, options: GenerateOptions, made: Generated): Promise<void> {
  const tool = `claw-ir ${host.facts.version}`;
  const sheet = keySheet({ ...made, host: host.facts.hostname, tool });
  if (options.sheet !== undefined) {
    await deliver(host, options.sheet, sheet);
    say(host.terminal, `the sheet to print is in ${shown(options.sheet, 300)}`);
  } else if (options.json !== true) host.terminal.out(sheet);
  if (options.json !== true) return;
  const { sheet: file } = options;
  host.terminal.out(`${JSON.stringify({ ...made, ...(file === undefined ? {} : { sheet: file }) })}\n`);
}

const unitSeconds: Readonly<Record<string, number>> = { d: 86_400, w: 604_800, y: 31_557_600 };

function ageSeconds(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,4})\s?([dwy])$/.exec(text.trim().toLowerCase()) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? 0);
  if (!(seconds > 0) || seconds > 50 * 31_557_600)
    throw new InvalidArgumentError("an age such as 90d, 26w or 2y is needed, 50 years at most");
  return seconds;
}
