import { Command } from "commander";
import type { Recipient } from "../../archive/index.ts";
import type { Host } from "../../host/host.ts";
import { ClawError, exits } from "../../model/errors.ts";
import { counted, shown } from "../../model/text.ts";
import {
  configuredRecipients,
  groups,
  loadRecipients,
  proveKey,
  recordTested,
  type KeyProof,
} from "../../preserve/index.ts";
import type { Edge } from "../edge.ts";
import { withCommonOptions } from "../options.ts";
import { page, say, type Line } from "../present/page.ts";
import { privateKeyFor, withUnlockOptions, type UnlockOptions } from "../unlock.ts";
import { withKeys, type Done, type KeyPlace } from "./place.ts";

interface TestOptions extends UnlockOptions {
  readonly gpg?: true;
}

export function test(edge: Edge, done: Done): Command {
  return withCommonOptions(
    withUnlockOptions(
      new Command("test")
        .summary("prove that a private key opens what is sealed here")
        .description(
          "Seals a few random files, opens them with the private key and compares. Without a fingerprint every recipient is tried, and one of them has to fit.",
        )
        .argument("[fingerprint...]", "recipients that have to be proven (default: whichever the key fits)"),
    ).option("--gpg", "open it with gpg and tar alone as well, in a home of their own"),
  ).action(async (named: readonly string[], options: TestOptions) => {
    const { privateKey } = options;
    if (privateKey === undefined) throw needsPrivateKey();
    await withKeys(edge, options, { make: true }, async (place) => {
      const recipients = await recipientsOf(place, named);
      if (options.dryRun === true) {
        say(
          place.host.terminal,
          `would test ${counted(recipients.length, "recipient")}; nothing was changed`,
        );
        done(exits.ok);
        return;
      }
      const proofs = await proveAll(place, recipients, { ...options, privateKey });
      tell(place.host, options, proofs);
      done(exitOf(proofs, named.length > 0));
    });
  });
}

function needsPrivateKey(): ClawError {
  return new ClawError("the private part of the key is needed to prove that it opens archives", {
    exit: "usage",
    code: "no-private-key",
    hint: "bring its file here on a stick, or run this where it is kept: claw-ir key test --private-key FILE",
  });
}

async function recipientsOf(
  { host, dataDir }: KeyPlace,
  named: readonly string[],
): Promise<readonly Recipient[]> {
  if (named.length > 0) return loadRecipients(host, dataDir, named);
  const { usable, refused } = await configuredRecipients(host, dataDir);
  say(host.terminal, ...refused.map(({ reason }) => `not tested: ${shown(reason, 300)}`));
  if (usable.length > 0) return usable;
  throw new ClawError("there is no recipient to test", {
    exit: "failed",
    code: "no-such-key",
    hint: "claw-ir key generate makes one, claw-ir key import FILE takes one of yours",
  });
}

async function proveAll(
  { host, dataDir }: KeyPlace,
  recipients: readonly Recipient[],
  options: TestOptions & { readonly privateKey: string },
): Promise<readonly KeyProof[]> {
  const unlock = await privateKeyFor(host, options.privateKey);
  const proofs: KeyProof[] = [];
  for (const recipient of recipients) {
    proofs.push(await proveKey(host, recipient, unlock, { gpg: options.gpg === true }));
  }
  const provenAt = host.clock.now().toISOString();
  const proven = proofs.filter((proof) => proof.proven);
  await recordTested(
    host,
    dataDir,
    proven.map(({ fingerprint, withGpg }) => ({ fingerprint, provenAt, withGpg: withGpg === true })),
  );
  return proofs;
}

function tell(host: Host, options: TestOptions, proofs: readonly KeyProof[]): void {
  if (options.json === true) {
    host.terminal.out(`${JSON.stringify(proofs)}\n`);
    return;
  }
  const { terminal } = host;
  for (const line of proofs.flatMap(linesOf)) terminal.out(page(terminal, terminal.stdoutIsTty, line));
}

function linesOf({ fingerprint, userId, proven, withGpg, reason }: KeyProof): readonly Line[] {
  const below = (text: string): Line => ({ lead: " ".repeat(12), text });
  const why = shown(reason ?? "", 300);
  return [
    {
      lead: proven ? "proven      " : "not proven  ",
      leadStyle: proven ? "green" : "red",
      text: `${groups(fingerprint)}  ${shown(userId, 80)}`,
    },
    ...(proven ? [] : [below(why)]),
    ...(proven && withGpg === true ? [below("gpg and tar alone open it, too")] : []),
    ...(proven && withGpg === false ? [below(`gpg did not: ${why}`)] : []),
  ];
}

/** Named ones have to be proven, each; else one is enough: the key of one person does not open for the others. */
function exitOf(proofs: readonly KeyProof[], areNamed: boolean): number {
  const proven = proofs.filter((proof) => proof.proven);
  if (proven.length === 0) return exits.wrongKey;
  if (areNamed && proven.length < proofs.length) return exits.partial;
  return proven.some(({ withGpg }) => withGpg === false) ? exits.partial : exits.ok;
}
