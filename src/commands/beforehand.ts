/** What is wrong with the command line or the place for the case is told before the gateway is touched, not half way. */
import type { Host } from "../host/host.ts";
import { ClawError, messageOf } from "../model/errors.ts";
import { bytesText, shown } from "../model/text.ts";
import { loadRecipients } from "../preserve/index.ts";
import type { SecretSource } from "./edge.ts";
import type { RunOptions } from "../playbooks/options.ts";
import type { CommonOptions } from "./options.ts";

/** Files that hold secrets for later steps: there now, or the run would end with exit 2 after the stop. */
export async function checkSecretFiles(host: Host, options: CommonOptions): Promise<void> {
  const named: (readonly [string, SecretSource])[] = Object.entries(options.secretFrom ?? {}).map(
    ([id, source]) => [`--secret-from ${id.replace(/^secret\./, "")}`, source],
  );
  if (options.passphraseFrom !== undefined) named.push(["--passphrase-from", options.passphraseFrom]);
  for (const [option, source] of named) {
    if ("fd" in source) continue;
    const why = await missing(host, source.file);
    if (why === undefined) continue;
    throw new ClawError(`${option}: ${shown(source.file)} ${why}`, {
      exit: "usage",
      code: "secret-unreadable",
      hint: "name a file that holds the secret alone, or fd:N for an open descriptor",
    });
  }
}

async function missing(host: Host, file: string): Promise<string | undefined> {
  try {
    const stat = await host.fs.stat(file);
    if (stat === undefined) return "is not there";
    return stat.kind === "dir" ? "is a folder" : undefined;
  } catch (error) {
    return `cannot be looked at (${messageOf(error)})`;
  }
}

const littleBytes = 256 * 1024 * 1024;

/**
 * Recipients are loaded once to see that they can be. Returns what is worth saying before a run that writes much: a place
 * that is nearly full.
 */
export async function checkBeforehand(
  host: Host,
  { dataDir, recipients }: RunOptions,
): Promise<readonly string[]> {
  if (recipients.length > 0) await loadRecipients(host, dataDir, recipients);
  const free = await host.fs.free(dataDir).catch(() => undefined);
  if (free === undefined || free >= littleBytes) return [];
  return [
    `Only ${bytesText(free)} are free where cases are kept (${dataDir}): if the evidence does not fit, name another place with --data-dir.`,
  ];
}
