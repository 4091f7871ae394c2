/** NAME.seal.json: what can be known of an archive without any key. */
import { basename, dirname, join } from "node:path";
import type { Host } from "../host/host.ts";
import { type Dict, dict, list, num, parseJson, str, strings } from "../model/json.ts";
import type { Compression } from "./compress/compress.ts";
import { damaged } from "./damage.ts";
import type { ManifestCounts } from "./manifest/manifest.ts";
import type { Partial } from "./seal/pack.ts";
import { codeOf } from "../model/errors.ts";

export const sealFormat = "claw-ir-seal-1";
export type SealKind = "evidence" | "backup";

export interface Sidecar {
  readonly format: typeof sealFormat;
  /** File name of the archive. */
  readonly archive: string;
  readonly kind: SealKind;
  readonly createdAt: string;
  readonly host: string;
  /** "claw-ir 0.1.0". */
  readonly tool: string;
  readonly case?: string;
  /** Hash of the case's last journal entry when the seal was begun. */
  readonly journalHead?: string;
  readonly compression: Compression;
  /** Of the ciphertext. */
  readonly bytes: number;
  readonly sha256: string;
  readonly manifest: ManifestCounts & { readonly root: string };
  readonly recipients: readonly string[];
  readonly passphrase: boolean;
  /** Key ids as the archive's packets name them, which are those of encryption subkeys; "hidden" for one that is not named. */
  readonly keyIds?: readonly string[];
  /** Fingerprint of the key whose signature over this sidecar was written beside it: one that is gone was removed. */
  readonly signedBy?: string;
  readonly durationMs: number;
  /** At most 1,000 of them; `manifest.partial` is the number of all. */
  readonly partial: readonly Partial[];
}

const maxPartial = 1000;
const endings = /\.tar\.(?:zst|gz)(?:\.gpg)?$/;

/** "x.tar.zst.gpg" → "x.seal.json"; any other name just gets ".seal.json". */
export function sidecarPath(archive: string): string {
  return join(dirname(archive), `${basename(archive).replace(endings, "")}.seal.json`);
}

/** "x.tar.zst.gpg" → "x.seal.json.sig": the detached signature over the sidecar. */
export function signaturePath(archive: string): string {
  return `${sidecarPath(archive)}.sig`;
}

export function archiveEnding(compression: Compression): string {
  return compression === "zstd" ? ".tar.zst.gpg" : ".tar.gz.gpg";
}

/** "openclaw-evidence-HOST-20261121T023052Z.tar.zst.gpg": sorts by time within kind and host. */
export function archiveName(kind: SealKind, hostname: string, at: Date, compression: Compression): string {
  const host = hostname.replaceAll(/[^A-Za-z0-9.-]+/g, "_").slice(0, 60) || "host";
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return `openclaw-${kind}-${host}-${time}${archiveEnding(compression)}`;
}

export function sidecarText(sidecar: Sidecar): string {
  return `${JSON.stringify({ ...sidecar, partial: sidecar.partial.slice(0, maxPartial) }, undefined, 2)}\n`;
}

/** The sidecar of an archive; undefined if there is none. One that cannot be read or understood is damage. */
export async function readSidecar(host: Pick<Host, "fs">, archive: string): Promise<Sidecar | undefined> {
  return (await readSidecarFile(host, archive))?.sidecar;
}

/** The sidecar with the exact bytes that a signature stands for. */
export async function readSidecarFile(
  host: Pick<Host, "fs">,
  archive: string,
): Promise<{ readonly sidecar: Sidecar; readonly bytes: Uint8Array } | undefined> {
  const path = sidecarPath(archive);
  let bytes: Uint8Array;
  try {
    bytes = await host.fs.read(path, { maxBytes: 16 * 1024 * 1024 });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw damaged(
      "sidecar",
      `the sidecar ${basename(path)} cannot be read: ${codeOf(error) ?? "unknown"}`,
      error,
    );
  }
  const sidecar = parseSidecar(dict(parseJson(Buffer.from(bytes).toString("utf8"))));
  if (sidecar === undefined)
    throw damaged("sidecar", `the sidecar ${basename(path)} is damaged or of an unknown format`);
  return { sidecar, bytes };
}

function isHash(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{64}$/.test(text);
}

function parseCounts(value: Dict): (ManifestCounts & { readonly root: string }) | undefined {
  const root = str(value["root"]);
  const [entries, stored, files, plainBytes, partial] = [
    "entries",
    "stored",
    "files",
    "plainBytes",
    "partial",
  ].map((key) => num(value[key]));
  if (!isHash(root) || entries === undefined || stored === undefined || files === undefined) return undefined;
  if (plainBytes === undefined || partial === undefined) return undefined;
  return { root, entries, stored, files, plainBytes, partial };
}

/** Undefined where the field is there and names nobody. */
function parseSigner(value: Dict): Pick<Sidecar, "signedBy"> | undefined {
  if (!Object.hasOwn(value, "signedBy")) return {};
  const signedBy = str(value["signedBy"]);
  return signedBy !== undefined && /^[0-9A-F]{40}$/.test(signedBy) ? { signedBy } : undefined;
}

function parseSidecar(value: Dict): Sidecar | undefined {
  const kind = value["kind"];
  const compression = value["compression"];
  const [archive, createdAt, sha256] = ["archive", "createdAt", "sha256"].map((key) => str(value[key]));
  const bytes = num(value["bytes"]);
  const manifest = parseCounts(dict(value["manifest"]));
  if (value["format"] !== sealFormat || (kind !== "evidence" && kind !== "backup")) return undefined;
  if (compression !== "zstd" && compression !== "gzip") return undefined;
  if (archive === undefined || createdAt === undefined || !isHash(sha256)) return undefined;
  if (bytes === undefined || manifest === undefined) return undefined;
  const signer = parseSigner(value);
  if (signer === undefined) return undefined;
  return {
    format: sealFormat,
    archive,
    kind,
    createdAt,
    ...optional(value),
    compression,
    bytes,
    sha256,
    manifest,
    recipients: strings(value["recipients"]),
    passphrase: value["passphrase"] === true,
    ...signer,
    partial: list(value["partial"]).map((item) => ({
      path: str(dict(item)["path"]) ?? "",
      reason: str(dict(item)["reason"]) ?? "",
    })),
  };
}

function optional(
  value: Dict,
): Pick<Sidecar, "host" | "tool" | "case" | "keyIds" | "journalHead" | "durationMs"> {
  const caseId = str(value["case"]);
  const keyIds = value["keyIds"] === undefined ? undefined : strings(value["keyIds"]);
  const journalHead = str(value["journalHead"]);
  return {
    host: str(value["host"]) ?? "",
    tool: str(value["tool"]) ?? "",
    ...(caseId === undefined ? {} : { case: caseId }),
    ...(keyIds === undefined ? {} : { keyIds }),
    ...(journalHead === undefined ? {} : { journalHead }),
    durationMs: num(value["durationMs"]) ?? 0,
  };
}
