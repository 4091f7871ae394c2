import { join } from "node:path";
import { ClawError } from "../../model/errors.ts";
import type { Secret } from "../../model/secret.ts";
import { type Recipient } from "../../archive/index.ts";
import {
  chooseRecipients,
  configuredRecipients,
  generateRecipient,
  loadRecipients,
  newKeyAdvice,
  sealPrompts,
} from "../../preserve/index.ts";
import type { StepContext } from "../types.ts";

export interface Lock {
  readonly recipients: readonly Recipient[];
  readonly passphrase?: Secret;
}

/**
 * Who will be able to open the archive: the recipients named or configured, the passphrase given, or, when there is
 * neither, what the user chooses now.
 */
export async function chooseLock(context: StepContext): Promise<Lock> {
  const { host, options } = context;
  const named = await loadRecipients(host, options.dataDir, options.recipients);
  const choice = chooseRecipients(named, await configuredRecipients(host, options.dataDir));
  for (const line of choice.say) context.say(line);
  const known = choice.kind === "recipients" ? choice.recipients : [];
  if (choice.kind === "recipients") {
    return options.passphraseGiven
      ? { recipients: known, passphrase: await passphrase(context) }
      : { recipients: known };
  }
  if ((await howToLock(context, choice)) === "generate") return { recipients: [await newKey(context)] };
  return { recipients: [], passphrase: await passphrase(context) };
}

/** --passphrase-from says enough by itself; only an answer of its own (--answers) makes a key with it instead. */
async function howToLock(
  { host, options }: StepContext,
  choice: Extract<ReturnType<typeof chooseRecipients>, { kind: "ask" }>,
): Promise<string> {
  if (options.passphraseGiven && host.prompt.interactive) return choice.default;
  try {
    return await host.prompt.choose({
      id: sealPrompts.to,
      message: choice.message,
      choices: choice.choices,
      default: choice.default,
    });
  } catch (error) {
    const unanswered = error instanceof ClawError && error.code === "prompt-unanswered";
    if (unanswered && options.passphraseGiven) return choice.default;
    throw error;
  }
}

async function passphrase({ host }: StepContext): Promise<Secret> {
  const secret = await host.prompt.secret({
    id: sealPrompts.passphrase,
    message: "Passphrase for the archive (keep it off this host)",
    twice: true,
  });
  return given(secret);
}

async function newKey(context: StepContext): Promise<Recipient> {
  const { case: subject, host, options } = context;
  const privateOut = await host.prompt.text({
    id: sealPrompts.keyFile,
    message: "Where shall the private key go? A stick or another disk is best",
    default: join(host.facts.home, `claw-ir-${subject.info.id}-private-key.asc`),
  });
  const secret = await host.prompt.secret({
    id: sealPrompts.keyPassphrase,
    message: "Passphrase that protects the private key",
    twice: true,
  });
  const made = await generateRecipient(host, options.dataDir, {
    name: `claw-ir evidence (${host.facts.hostname})`,
    passphrase: given(secret),
    privateOut,
  });
  await subject.journal.append("mutation", {
    what: "made an OpenPGP key",
    fingerprint: made.recipient.fingerprint,
    privateFile: made.privateFile,
  });
  for (const line of newKeyAdvice(made.privateFile)) context.say(line);
  return made.recipient;
}

function given(secret: Secret | undefined): Secret {
  if (secret !== undefined && secret.length > 0) return secret;
  throw new ClawError("a passphrase is needed", {
    exit: "usage",
    code: "no-passphrase",
    hint: "type one, or use --passphrase-from FILE, or name a key with --recipient",
  });
}
