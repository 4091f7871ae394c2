import { shown } from "../../model/text.ts";
import { generateSigningKey, signingFolder } from "../../preserve/index.ts";
import type { Generated, GenerateOptions } from "./generated.ts";
import type { KeyPlace } from "./place.ts";

/** The key that vouches for this host's archives. What it cannot do is said when it is made. */
export async function makeSigningKey(
  { host, dataDir }: KeyPlace,
  options: GenerateOptions,
): Promise<Generated | undefined> {
  const say = (line: string): void => host.terminal.err(`${line}\n`);
  const name = options.name ?? `claw-ir seals of ${host.facts.hostname}`;
  if (options.dryRun === true) {
    say(`would make the signing key ${shown(name)} in ${shown(signingFolder(dataDir), 300)}`);
    return undefined;
  }
  const made = await generateSigningKey(host, dataDir, {
    name,
    ...(options.expires === undefined ? {} : { expiresInSeconds: options.expires }),
  });
  const { fingerprint, userId, algorithm, createdAt, expiresAt, privateFile, publicFile } = made;
  say("every archive is signed from now on");
  say("the private part has no passphrase, because scheduled runs use it: whoever takes this host can sign");
  say(`take ${shown(publicFile, 300)} to the machine where you check archives`);
  const facts = { fingerprint, userId, algorithm, createdAt, privateFile, publicFile };
  return { role: "signing", ...facts, ...(expiresAt === undefined ? {} : { expiresAt }) };
}
