import type { Secret } from "../../model/secret.ts";
import type { Compression } from "../compress/compress.ts";
import type { Recipient } from "../openpgp/recipient.ts";
import type { ContentOf, Partial } from "./pack.ts";
import type { SealKind } from "../sidecar.ts";
import type { Signer } from "../signature.ts";
import type { Exclude, LeaveOut, Root } from "./walk.ts";

export interface SealMeta {
  readonly hostname: string;
  /** "claw-ir 0.1.0". */
  readonly tool: string;
  readonly caseId?: string;
  /** Hash of the journal's last entry, so that the archive proves which journal it belongs to. */
  readonly journalHead?: string;
  /**
   * What a restore has to know of the state, kept inside the encryption, in the manifest's closing line. For OpenClaw:
   * `home`, `stateDir`, `configPath`, `profile`, `roots`, `workspaces`, `openclaw` (its version); paths as on the host.
   */
  readonly about?: Readonly<Record<string, string | readonly string[]>>;
}

export interface SealProgress {
  readonly phase: "sealing" | "reading back";
  readonly entries: number;
  /** Of the files' contents, the part of the current one included. */
  readonly bytes: number;
  /** Of the contents, once it is known: while reading back. */
  readonly total?: number;
}

export interface SealRequest {
  readonly kind: SealKind;
  readonly roots: readonly Root[];
  readonly excludes?: readonly Exclude[];
  /** For what can be told only while walking, such as the log of a database whose copy has been archived. */
  readonly leaveOut?: LeaveOut;
  /** Absolute path of the archive; its folder exists. */
  readonly outFile: string;
  readonly compression?: Compression;
  /** zstd 1…19 (3), gzip 1…9 (5). */
  readonly level?: number;
  readonly recipients: readonly Recipient[];
  readonly passphrase?: Secret;
  /** No encryption at all: NAME.tar.zst or NAME.tar.gz, for whoever insists. Then there is no recipient and no passphrase. */
  readonly plaintext?: true;
  /** Signs the sidecar; without one the seal is as good, but nobody can prove who made it. */
  readonly signer?: Signer;
  readonly contentOf?: ContentOf;
  readonly meta: SealMeta;
  /** How the finished file is read back before it gets its name; "contents" decrypts it and re-hashes every file. */
  readonly check?: "contents" | "ciphertext";
  readonly onProgress?: (progress: SealProgress) => void;
}

/** An ArchiveRecord of the case, and where the sidecar is. */
export interface SealResult {
  readonly archive: string;
  readonly sidecar: string;
  readonly kind: SealKind;
  readonly bytes: number;
  readonly sha256: string;
  readonly createdAt: string;
  readonly files: number;
  readonly plainBytes: number;
  readonly durationMs: number;
  readonly recipients: readonly string[];
  readonly passphrase: boolean;
  /** Fingerprint of the key that signed the sidecar. */
  readonly signedBy?: string;
  readonly partial: readonly Partial[];
  readonly root: string;
  readonly verified: boolean;
}
