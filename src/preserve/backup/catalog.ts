/**
 * DATA-DIR/backups/catalog.json: which archives were verified and drilled, by the hash of the archive. A cache: what is lost
 * with it is only the knowledge that it was done.
 */
import { join } from "node:path";
import { removeTemporaries } from "../../case/temporaries.ts";
import type { Host } from "../../host/host.ts";
import { codeOf } from "../../model/errors.ts";
import { dict, list, parseJson, str } from "../../model/json.ts";
import { backupsFolder } from "./folder.ts";

export interface CatalogEntry {
  /** ISO 8601. */
  readonly verifiedAt?: string;
  readonly how?: "contents" | "ciphertext";
  readonly drilledAt?: string;
  readonly verdict?: "pass" | "fail";
  /** Where else it lies, verified there; the newest last. */
  readonly copies?: readonly CopyNote[];
}

export interface CopyNote {
  readonly to: string;
  /** ISO 8601. */
  readonly at: string;
}

/** SHA-256 of the archive → what is known of it. */
export type Catalog = ReadonlyMap<string, CatalogEntry>;

function catalogFile(dataDir: string): string {
  return join(backupsFolder(dataDir), "catalog.json");
}

/** Empty where the file is missing, broken or foreign. */
export async function readCatalog(host: Pick<Host, "fs">, dataDir: string): Promise<Catalog> {
  const text = await host.fs.readText(catalogFile(dataDir), { maxBytes: 16 * 1024 * 1024 }).catch(() => "");
  const archives = dict(dict(parseJson(text))["archives"]);
  return new Map(
    Object.entries(archives)
      .filter(([sha256]) => /^[0-9a-f]{64}$/.test(sha256))
      .map(([sha256, value]) => [sha256, entryOf(dict(value))]),
  );
}

function entryOf(value: Readonly<Record<string, unknown>>): CatalogEntry {
  const [verifiedAt, drilledAt] = [str(value["verifiedAt"]), str(value["drilledAt"])];
  const { how, verdict } = value;
  return {
    ...(verifiedAt === undefined ? {} : { verifiedAt }),
    ...(how === "contents" || how === "ciphertext" ? { how } : {}),
    ...(drilledAt === undefined ? {} : { drilledAt }),
    ...(verdict === "pass" || verdict === "fail" ? { verdict } : {}),
    ...copiesOf(value["copies"]),
  };
}

function copiesOf(value: unknown): Pick<CatalogEntry, "copies"> {
  const copies = list(value).flatMap((item): CopyNote[] => {
    const [to, at] = [str(dict(item)["to"]), str(dict(item)["at"])];
    return to === undefined || at === undefined ? [] : [{ to, at }];
  });
  return copies.length === 0 ? {} : { copies };
}

/** A check of the ciphertext does not replace the memory of one that read every file. */
export async function noteVerified(
  host: Pick<Host, "fs" | "clock">,
  dataDir: string,
  sha256: string,
  how: "contents" | "ciphertext",
): Promise<void> {
  await change(host, dataDir, sha256, (before) =>
    how === "ciphertext" && before.how === "contents"
      ? before
      : { ...before, verifiedAt: host.clock.now().toISOString(), how },
  );
}

export async function noteDrilled(
  host: Pick<Host, "fs" | "clock">,
  dataDir: string,
  sha256: string,
  verdict: "pass" | "fail",
): Promise<void> {
  const drilledAt = host.clock.now().toISOString();
  await change(host, dataDir, sha256, (before) => ({ ...before, drilledAt, verdict }));
}

/** It was copied there, and compared. */
export async function noteCopied(
  host: Pick<Host, "fs" | "clock">,
  dataDir: string,
  sha256: string,
  copy: CopyNote,
): Promise<void> {
  await change(host, dataDir, sha256, (before) => ({
    ...before,
    copies: [...(before.copies ?? []).filter(({ to }) => to !== copy.to), copy],
  }));
}

/** It did not verify any more: what was known before does not count. */
export async function forgetVerified(
  host: Pick<Host, "fs" | "clock">,
  dataDir: string,
  sha256: string,
): Promise<void> {
  await change(host, dataDir, sha256, ({ drilledAt, verdict, copies }) => ({
    ...(copies === undefined ? {} : { copies }),
    ...(drilledAt === undefined ? {} : { drilledAt }),
    ...(verdict === undefined ? {} : { verdict }),
  }));
}

/**
 * Two runs at the same moment may lose one of the two notes; that is what a cache is. Where there is no data folder, or it
 * may not be written to, nothing is noted: a check only reads.
 */
async function change(
  host: Pick<Host, "fs" | "clock">,
  dataDir: string,
  sha256: string,
  next: (before: CatalogEntry) => CatalogEntry,
): Promise<void> {
  if ((await host.fs.stat(dataDir)) === undefined) return;
  const catalog = new Map(await readCatalog(host, dataDir));
  catalog.set(sha256, next(catalog.get(sha256) ?? {}));
  const value = { format: "claw-ir-catalog-1", archives: Object.fromEntries(catalog) };
  try {
    await host.fs.mkdir(backupsFolder(dataDir), { mode: 0o700 });
    await removeTemporaries(host, backupsFolder(dataDir), { of: (name) => name === "catalog.json" });
    await host.fs.writeAtomic(catalogFile(dataDir), `${JSON.stringify(value, undefined, 2)}\n`);
  } catch (error) {
    if (!cannotWrite.has(codeOf(error) ?? "")) throw error;
  }
}

/** ENOENT: a run that tidies up took the temporary file away. */
const cannotWrite: ReadonlySet<string> = new Set(["ENOENT", "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"]);
