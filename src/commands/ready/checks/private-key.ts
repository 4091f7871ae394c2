import { join } from "node:path";
import type { Host } from "../../../host/host.ts";
import { codeOf } from "../../../model/errors.ts";
import { shown } from "../../../model/text.ts";
import { keysFolder } from "../../../preserve/index.ts";
import { type Check, ok, warn } from "../check.ts";

const maxBytes = 256 * 1024;
const keyFile = /\.(?:asc|gpg|pgp|key|txt)$/i;

/** An intruder on this host must not find what opens the archives. */
export const privateKey: Check = {
  id: "private-key-away",
  title: "no private key on this host",
  run: async ({ host, target, dataDir }) => {
    const found = await privateFiles(host, [dataDir, keysFolder(dataDir), host.facts.home, target.home]);
    const rings = (await namesIn(host, join(target.home, ".gnupg", "private-keys-v1.d"))).filter((name) =>
      name.endsWith(".key"),
    );
    if (found[0] !== undefined)
      return warn(
        `${shown(found[0])} holds one${found.length > 1 ? ` (and ${found.length - 1} more)` : ""}`,
        "copy it to another machine or a stick, check that it is readable there, then remove it here",
      );
    if (rings.length > 0)
      return warn(
        `gpg keeps ${rings.length} here (~/.gnupg/private-keys-v1.d)`,
        "if one of them opens your archives, move it to another machine: gpg --export-secret-keys, then --delete-secret-keys",
      );
    return ok("none in the data folder, the home or gpg's keyring");
  },
};

async function privateFiles(host: Host, folders: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of new Set(folders)) {
    for (const name of await namesIn(host, folder))
      if (keyFile.test(name) && (await isPrivate(host, join(folder, name)))) found.push(join(folder, name));
  }
  return found;
}

async function namesIn(host: Host, folder: string): Promise<readonly string[]> {
  try {
    return (await host.fs.list(folder)).filter(({ kind }) => kind === "file").map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    throw error;
  }
}

/** Armoured, or a binary packet of a secret key (tag 5, old or new form). */
async function isPrivate(host: Host, path: string): Promise<boolean> {
  const bytes = await host.fs.read(path, { maxBytes }).catch(() => new Uint8Array());
  const first = bytes[0] ?? 0;
  if ((first & 0xc0) === 0xc0) return (first & 0x3f) === 5 && bytes.length > 100;
  if ((first & 0x80) === 0x80) return (first & 0x3c) >> 2 === 5 && bytes.length > 100;
  return Buffer.from(bytes).includes("BEGIN PGP PRIVATE KEY BLOCK");
}
