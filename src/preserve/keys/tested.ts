/** When it was last proven that somebody can open what is sealed to a key: `DATA-DIR/keys/tested.json`. */
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { bool, dict, isDict, parseJson, str } from "../../model/json.ts";
import { keysFolder } from "./keys.ts";

export interface Tested {
  /** 40 hex digits, upper case. */
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly provenAt: string;
  /** Plain gpg opened the archive as well. */
  readonly withGpg: boolean;
}

function testedFile(dataDir: string): string {
  return join(keysFolder(dataDir), "tested.json");
}

/** An absent or broken file proves nothing: no key was tested. */
export async function readTested(host: Pick<Host, "fs">, dataDir: string): Promise<readonly Tested[]> {
  const text = await host.fs.readText(testedFile(dataDir), { maxBytes: 1024 * 1024 }).catch(() => "");
  const keys = dict(dict(parseJson(text))["keys"]);
  return Object.entries(keys).flatMap(([fingerprint, value]) => {
    const provenAt = isDict(value) ? str(value["provenAt"]) : undefined;
    if (!/^[0-9A-F]{40}$/.test(fingerprint) || provenAt === undefined) return [];
    if (Number.isNaN(Date.parse(provenAt))) return [];
    return [{ fingerprint, provenAt, withGpg: bool(dict(value)["withGpg"]) === true }];
  });
}

export async function recordTested(
  host: Pick<Host, "fs">,
  dataDir: string,
  proven: readonly Tested[],
): Promise<void> {
  const all = [...(await readTested(host, dataDir)), ...proven];
  const keys = Object.fromEntries(
    all.map(({ fingerprint, provenAt, withGpg }) => [fingerprint, { provenAt, withGpg }]),
  );
  const text = `${JSON.stringify({ format: "claw-ir-tested-1", keys }, undefined, 2)}\n`;
  await host.fs.mkdir(keysFolder(dataDir), { mode: 0o700 });
  await host.fs.writeAtomic(testedFile(dataDir), text, { mode: 0o600 });
}
