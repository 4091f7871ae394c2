import { shown } from "../../model/text.ts";
import type { Recipient } from "../../archive/index.ts";
import type { Recipients } from "./keys.ts";

/** Prompt ids of the question who can open a seal. */
export const sealPrompts = {
  to: "seal.to",
  passphrase: "seal.passphrase",
  keyFile: "seal.private-key-file",
  keyPassphrase: "seal.private-key-passphrase",
  plaintext: "seal.plaintext",
} as const;

export type SealTo =
  /** No question: the keys were named or are configured. */
  | {
      readonly kind: "recipients";
      readonly recipients: readonly Recipient[];
      readonly say: readonly string[];
    }
  /** There is no key: ask, with these choices. */
  | {
      readonly kind: "ask";
      readonly message: string;
      readonly choices: readonly {
        readonly value: "passphrase" | "generate";
        readonly name: string;
        readonly description: string;
      }[];
      readonly default: "passphrase";
      readonly say: readonly string[];
    };

/** "RSA3072 ABCD…(40) Evidence team <ir@example.org>". */
export function describeRecipient({ fingerprint, algorithm, userId }: Recipient): string {
  return `${algorithm} ${fingerprint} ${shown(userId, 80)}`.trim();
}

/**
 * Who can open the seal: the recipients that were named; else the configured ones; else the user is asked for a passphrase
 * or lets a key be made. A configured key that cannot be used is always said, also when others can.
 */
export function chooseRecipients(named: readonly Recipient[], configured: Recipients): SealTo {
  if (named.length > 0) return { kind: "recipients", recipients: named, say: named.map(sealedTo) };
  const warnings = configured.refused.map(({ reason }) => `not used: ${shown(reason, 300)}`);
  if (configured.usable.length > 0) {
    return {
      kind: "recipients",
      recipients: configured.usable,
      say: [...configured.usable.map(sealedTo), ...warnings],
    };
  }
  return {
    kind: "ask",
    message: `${noKey(configured)} How shall the archive be locked?`,
    choices: [
      {
        value: "passphrase",
        name: "With a passphrase",
        description:
          "asked for twice now; whoever knows it opens the archive, with claw-ir or with plain gpg",
      },
      {
        value: "generate",
        name: "With a new key",
        description: "the private part goes to a file that you take off this host; only it opens the archive",
      },
    ],
    default: "passphrase",
    say: warnings,
  };
}

/** Said in the question itself: a run that nobody watches shows nothing else. */
function noKey({ refused }: Recipients): string {
  const [first] = refused;
  if (first === undefined) return "No key to seal to is configured.";
  return `No configured key can be sealed to: ${shown(first.reason, 300)}.`;
}

function sealedTo(recipient: Recipient): string {
  return `sealing to ${describeRecipient(recipient)}`;
}

/** What the user must do with a key that was made on the host in question. */
export function newKeyAdvice(privateFile: string): readonly string[] {
  return [
    `the private key is in ${shown(privateFile, 300)}`,
    "copy it to another machine or a stick now, check that it is readable there, then remove it here: an intruder on this host must not find it",
  ];
}
