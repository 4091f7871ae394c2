import { join } from "node:path";
import {
  archiveName,
  type Compression,
  sealArchive,
  type SealKind,
  type SealProgress,
  type SealRequest,
  type SealResult,
  type Signer,
} from "../../archive/index.ts";
import { storing } from "../../case/failure.ts";
import type { Host } from "../../host/host.ts";
import type { Lock } from "../keys/choose-lock.ts";
import { backupsFolder } from "./folder.ts";
import type { BackupPlan } from "./plan.ts";

export interface BackupRequest {
  readonly dataDir: string;
  readonly kind: SealKind;
  readonly plan: Pick<BackupPlan, "roots" | "excludes" | "about"> & Partial<BackupPlan>;
  /** Absolute path; without it the archive gets the usual name in the backups folder. */
  readonly outFile?: string;
  /** Tells the backups of several profiles apart: stands behind the host in the usual name. */
  readonly label?: string;
  readonly compression?: Compression;
  readonly level?: number;
  readonly lock: Lock;
  readonly signer?: Signer;
  /** How the finished archive is read back before it gets its name. */
  readonly check: "contents" | "ciphertext";
  readonly onProgress?: (progress: SealProgress) => void;
}

/** Seals what the plan names. Whoever calls holds the backup lock. Throws ClawError; `partial` in the result is no error. */
export async function createBackup(host: Host, request: BackupRequest): Promise<SealResult> {
  const { kind, plan, lock, signer, check, compression, level, onProgress } = request;
  const { roots, excludes, about, contentOf, leaveOut } = plan;
  const outFile = request.outFile ?? (await usualFile(host, request));
  const seal: SealRequest = {
    ...{ kind, roots, excludes, outFile, check },
    ...lock,
    ...(contentOf === undefined ? {} : { contentOf }),
    ...(leaveOut === undefined ? {} : { leaveOut }),
    ...(compression === undefined ? {} : { compression }),
    ...(level === undefined ? {} : { level }),
    ...(signer === undefined ? {} : { signer }),
    ...(onProgress === undefined ? {} : { onProgress }),
    meta: { hostname: host.facts.hostname, tool: `claw-ir ${host.facts.version}`, about },
  };
  return sealArchive(host, seal);
}

/** "openclaw-backup-HOST-PROFILE-20261121T023052Z.tar.zst.gpg". Prune counts what differs before the time apart. */
export function backupName(
  { facts, clock }: Pick<Host, "facts" | "clock">,
  { kind, compression, label }: Required<Pick<BackupRequest, "kind" | "compression" | "label">>,
): string {
  return archiveName(kind, `${facts.hostname}${label}`, clock.now(), compression);
}

/** Its name holds the second it was begun in: a second backup of the same second waits for the next one. */
async function usualFile(
  host: Host,
  { dataDir, kind, lock, compression = "zstd", label = "" }: BackupRequest,
): Promise<string> {
  const folder = backupsFolder(dataDir);
  await storing(`making ${folder}`, () => host.fs.mkdir(folder, { mode: 0o700 }));
  for (;;) {
    const name = backupName(host, { kind, compression, label });
    const file = join(folder, lock.plaintext === true ? name.replace(/\.gpg$/, "") : name);
    if ((await host.fs.stat(file)) === undefined) return file;
    await host.clock.sleep(1000);
  }
}
