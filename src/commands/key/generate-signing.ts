import { shown } from "../../model/text.ts";
import { generateSigningKey, signingFolder } from "../../preserve/index.ts";
import type { Generated, GenerateOptions } from "./generated.ts";
import { say } from "../present/page.ts";
import type { KeyPlace } from "./place.ts";

/** The key that vouches for this host's archives. What it cannot do is said when it is made. */
export async function makeSigningKey(
  { host, dataDir }: KeyPlace,
  options: GenerateOptions,
): Promise<Generated | undefined> {
  const name = options.name ?? `claw-ir seals of ${host.facts.hostname}`;
  if (options.dryRun === true) {
    say(host.terminal, `would make the signing key ${shown(name)} in ${shown(signingFolder(dataDir), 300)}`);
    return undefined;
  }
  const made = await generateSigningKey(host, dataDir, {
    name,
    ...(options.expires === undefined ? {} : { expiresInSeconds: options.expires }),
  });
  const { fingerprint, userId, algorithm, createdAt, expiresAt, privateFile, publicFile } = made;
  const facts = { fingerprint, userId, algorithm, createdAt, privateFile, publicFile };
  return { role: "signing", ...facts, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

export function signingAdvice(publicFile: string): readonly string[] {
  return [
    "every archive is signed from now on",
    "the private part has no passphrase, because scheduled runs use it: whoever takes this host can sign",
    `take ${shown(publicFile, 300)} to the machine where you check archives: claw-ir key import --signing FILE there`,
  ];
}
