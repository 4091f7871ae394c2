import { basename, join } from "node:path";
import { readSidecar, type SealKind, type Sidecar, sidecarPath } from "../../archive/index.ts";
import { listCases } from "../../case/index.ts";
import { archivesFolder } from "../../case/archives.ts";
import type { DirEntry, Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import { type Catalog, type CatalogEntry, readCatalog } from "./catalog.ts";
import { backupsFolder } from "./folder.ts";

/** One line of `backup list`. What a damaged sidecar does not tell is empty or 0, and `problem` says so. */
export interface Listed extends CatalogEntry {
  readonly archive: string;
  /** "foreign": a file that no sidecar of ours describes. */
  readonly kind: SealKind | "foreign";
  readonly createdAt: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly files: number;
  readonly plainBytes: number;
  readonly durationMs: number;
  readonly recipients: readonly string[];
  readonly passphrase: boolean;
  readonly signedBy?: string;
  readonly partial: Sidecar["partial"];
  readonly verified: boolean;
  readonly case?: string;
  /** The archive has a name of ours and lies in the backups folder itself: prune may look at it. */
  readonly inBackups: boolean;
  /** What is wrong: one sentence. */
  readonly problem?: string;
}

/** Archives of the backups folder and of all cases, newest first. Nothing is opened: sidecars and sizes tell. */
export async function listBackups(host: Host, dataDir: string): Promise<readonly Listed[]> {
  const catalog = await readCatalog(host, dataDir);
  const listed = await inFolder(host, backupsFolder(dataDir), catalog, true);
  for (const { path } of await listCases(host, dataDir)) {
    listed.push(...(await inFolder(host, join(path, archivesFolder), catalog, false)));
  }
  return listed.toSorted(newestFirst);
}

function newestFirst(a: Listed, b: Listed): number {
  return b.createdAt.localeCompare(a.createdAt) || b.archive.localeCompare(a.archive);
}

const ours = new Set(["catalog.json", "prune.log"]);

async function inFolder(host: Host, folder: string, catalog: Catalog, inBackups: boolean): Promise<Listed[]> {
  const entries = await host.fs.list(folder).catch(() => []);
  const names = new Set(entries.map(({ name }) => name));
  const listed: Listed[] = [];
  for (const entry of entries) {
    if (ours.has(entry.name) || isBeside(entry.name, names)) continue;
    listed.push({ ...(await look(host, join(folder, entry.name), entry, catalog)), inBackups });
  }
  return listed;
}

/** A sidecar or signature whose archive is there is told with it. */
function isBeside(name: string, names: ReadonlySet<string>): boolean {
  const sidecar = name.replace(/\.sig$/, "");
  if (!sidecar.endsWith(".seal.json")) return false;
  return [...names].some(
    (one) =>
      one !== name && !one.endsWith(".sig") && basename(sidecarPath(one)) === sidecar && one !== sidecar,
  );
}

const nothing = {
  kind: "foreign",
  createdAt: "",
  bytes: 0,
  sha256: "",
  files: 0,
  plainBytes: 0,
  durationMs: 0,
  recipients: [],
  passphrase: false,
  partial: [],
  verified: false,
} as const;

async function look(
  host: Host,
  archive: string,
  { name, kind }: DirEntry,
  catalog: Catalog,
): Promise<Omit<Listed, "inBackups">> {
  const stat = await host.fs.stat(archive).catch(() => undefined);
  const bare = { ...nothing, archive, bytes: kind === "file" ? (stat?.size ?? 0) : 0 };
  if (kind !== "file") return { ...bare, problem: `not a file but a ${kind}` };
  if (name.endsWith(".partial"))
    return { ...bare, problem: "unfinished: a run was killed, or is writing it now" };
  if (name.endsWith(".pruned")) return { ...bare, problem: "being pruned: the next prune removes the rest" };
  if (name.endsWith(".seal.json") || name.endsWith(".sig"))
    return { ...bare, problem: "describes an archive that is not there" };
  try {
    const sidecar = await readSidecar(host, archive);
    if (sidecar === undefined) return { ...bare, problem: "no sidecar describes it" };
    const problem = problemOf(sidecar, name, bare.bytes);
    const whole = described(archive, sidecar, catalog);
    // What was verified is not what lies there now.
    return problem === undefined ? whole : { ...whole, verified: false, problem };
  } catch (error) {
    return { ...bare, problem: messageOf(error) };
  }
}

function described(archive: string, sidecar: Sidecar, catalog: Catalog): Omit<Listed, "inBackups"> {
  const { kind, createdAt, bytes, sha256, manifest, durationMs, recipients, passphrase, partial } = sidecar;
  const known = catalog.get(sha256) ?? {};
  return {
    ...{ archive, kind, createdAt, bytes, sha256, durationMs, recipients, passphrase, partial },
    files: manifest.files,
    plainBytes: manifest.plainBytes,
    ...(sidecar.signedBy === undefined ? {} : { signedBy: sidecar.signedBy }),
    ...(sidecar.case === undefined ? {} : { case: sidecar.case }),
    verified: known.verifiedAt !== undefined,
    ...known,
  };
}

function problemOf({ archive, bytes }: Sidecar, name: string, size: number): string | undefined {
  if (size !== bytes) return `has ${size} bytes where its sidecar says ${bytes}: damaged`;
  return archive === name ? undefined : `its sidecar describes ${archive}: renamed, or swapped`;
}
