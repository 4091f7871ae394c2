/** Who will be able to open an archive: asked here for playbooks and backups alike. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { ClawError } from "../../model/errors.ts";
import type { Secret } from "../../model/secret.ts";
import type { Recipient } from "../../archive/index.ts";
import { type GeneratedRecipient, generateRecipient } from "./key-generate.ts";
import { configuredRecipients, loadRecipients } from "./keys.ts";
import { chooseRecipients, newKeyAdvice, sealPrompts, type SealTo } from "./recipient-choice.ts";

export interface LockWishes {
  readonly dataDir: string;
  /** Fingerprints or paths of public key files, as they were named. */
  readonly recipients: readonly string[];
  /** --passphrase-from was given: without a recipient it locks the archive and nothing is asked. */
  readonly passphraseGiven: boolean;
  /** An archive that everybody can read is wanted: the user has to type that out. */
  readonly plaintext?: boolean;
  /** User id of a key that is made now; the default names the host. */
  readonly keyName?: string;
  /** Where the private part of a key that is made now goes if the user says nothing else. */
  readonly privateKeyFile?: string;
  /** Folders that no private key may lie in, besides the data folder: the state folder, workspaces. */
  readonly keepOut: readonly string[];
  readonly say: (line: string) => void;
  /** Called once a key was made, before anything is sealed to it. */
  readonly onNewKey?: (made: GeneratedRecipient) => Promise<void>;
}

/** What SealRequest takes: at least one recipient or the passphrase, unless `plaintext` was typed out. */
export interface Lock {
  readonly recipients: readonly Recipient[];
  readonly passphrase?: Secret;
  readonly plaintext?: true;
}

type LockHost = Pick<Host, "fs" | "run" | "clock" | "facts" | "prompt" | "random">;

/**
 * The recipients named or configured, the passphrase given, or, when there is neither, what the user chooses now. Throws a
 * ClawError (exit 2) where nobody chose anything: nothing is ever sealed to nobody by omission.
 */
export async function chooseLock(host: LockHost, wishes: LockWishes): Promise<Lock> {
  const { dataDir, passphraseGiven } = wishes;
  if (wishes.plaintext === true) return plaintextLock(host, wishes);
  const named = await loadRecipients(host, dataDir, wishes.recipients);
  const choice = chooseRecipients(named, await configuredRecipients(host, dataDir));
  for (const line of choice.say) wishes.say(line);
  if (choice.kind === "recipients") {
    const { recipients } = choice;
    return passphraseGiven ? { recipients, passphrase: await passphraseOf(host) } : { recipients };
  }
  if ((await howToLock(host, wishes, choice)) === "generate")
    return { recipients: [await newKey(host, wishes)] };
  return { recipients: [], passphrase: await passphraseOf(host) };
}

/** The word has to be typed: there is no default that --yes could take. */
async function plaintextLock(
  host: LockHost,
  { recipients, passphraseGiven, say }: LockWishes,
): Promise<Lock> {
  if (recipients.length > 0 || passphraseGiven) {
    throw new ClawError("an archive is either encrypted or plaintext", {
      exit: "usage",
      code: "plaintext-clash",
      hint: "leave --plaintext away, or --recipient and --passphrase-from",
    });
  }
  const typed = await host.prompt.text({
    id: sealPrompts.plaintext,
    message:
      "Whoever gets this archive reads every credential in it. Type the word plaintext to write it unencrypted:",
  });
  if (typed.trim() !== plaintextWord) {
    throw new ClawError("an archive without encryption has to be typed out", {
      exit: "usage",
      code: "plaintext-not-typed",
      hint: `type the word ${plaintextWord}, or lock the archive with --recipient or --passphrase-from`,
    });
  }
  say("the archive is not encrypted: it is as secret as the credentials in it");
  return { recipients: [], plaintext: true };
}

const plaintextWord = "plaintext";

/** --passphrase-from says enough by itself; only an answer of its own (--answers) makes a key with it instead. */
async function howToLock(
  { prompt }: LockHost,
  { passphraseGiven }: LockWishes,
  choice: Extract<SealTo, { kind: "ask" }>,
): Promise<string> {
  if (passphraseGiven && prompt.interactive) return choice.default;
  try {
    return await prompt.choose({
      id: sealPrompts.to,
      message: choice.message,
      choices: choice.choices,
      default: choice.default,
    });
  } catch (error) {
    const unanswered = error instanceof ClawError && error.code === "prompt-unanswered";
    if (unanswered && passphraseGiven) return choice.default;
    throw error;
  }
}

async function passphraseOf({ prompt }: LockHost): Promise<Secret> {
  const secret = await prompt.secret({
    id: sealPrompts.passphrase,
    message: "Passphrase for the archive (keep it off this host)",
    twice: true,
  });
  return given(secret);
}

async function newKey(host: LockHost, wishes: LockWishes): Promise<Recipient> {
  const { hostname, home } = host.facts;
  const { dataDir, keepOut } = wishes;
  const privateOut = await host.prompt.text({
    id: sealPrompts.keyFile,
    message: "Where shall the private key go? A stick or another disk is best",
    default: wishes.privateKeyFile ?? join(home, `claw-ir-${fileWord(hostname)}-private-key.asc`),
  });
  const secret = await host.prompt.secret({
    id: sealPrompts.keyPassphrase,
    message: "Passphrase for the new private key (asked for to open an archive; nobody can reset it)",
    twice: true,
  });
  const name = wishes.keyName ?? `claw-ir (${hostname})`;
  const passphrase = given(secret);
  const made = await generateRecipient(host, dataDir, { name, passphrase, privateOut, keepOut });
  await wishes.onNewKey?.(made);
  for (const line of newKeyAdvice(made.privateFile)) wishes.say(line);
  return made.recipient;
}

/** A host name as part of a file name. */
export function fileWord(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.-]+/g, "_").slice(0, 60) || "host";
}

function given(secret: Secret | undefined): Secret {
  if (secret !== undefined && secret.length > 0) return secret;
  throw new ClawError("a passphrase is needed", {
    exit: "usage",
    code: "no-passphrase",
    hint: "type one, or use --passphrase-from FILE, or name a key with --recipient",
  });
}
