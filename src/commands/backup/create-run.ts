import { dirname } from "node:path";
import type { SealKind, SealProgress, SealResult } from "../../archive/index.ts";
import { exits } from "../../model/errors.ts";
import { findServices, logPlaces, profileSuffix, serviceFiles } from "../../openclaw/index.ts";
import {
  aboutState,
  type BackupPlan,
  backupName,
  backupPlan,
  backupsFolder,
  chooseLock,
  createBackup,
  evidenceRoots,
  expectedFromFiles,
  expectedFromLast,
  listBackups,
  loadSigner,
  noteVerified,
  removeLeftovers,
  roomWarning,
  storedRoots,
  withBackupLock,
} from "../../preserve/index.ts";
import type { Scene } from "../incident.ts";
import { say as sayLines } from "../present/page.ts";
import { progressOn } from "../present/progress.ts";
import { transferLine } from "../present/transfer-line.ts";
import type { CreateOptions } from "./create-options.ts";
import { dryRunText } from "./create-screen.ts";
import { outFileOf } from "./place.ts";

async function planOf(
  { host, installation, dataDir }: Scene,
  kind: SealKind,
): Promise<Pick<BackupPlan, "roots" | "excludes" | "about"> & Partial<BackupPlan>> {
  if (kind === "backup") return backupPlan(host, installation, dataDir);
  const services = await findServices(host, installation);
  const logs = await logPlaces(host, installation);
  const plan = await evidenceRoots(host, installation, logs, serviceFiles(services), dataDir);
  return { ...plan, about: { ...aboutState(installation), roots: await storedRoots(host, plan.roots) } };
}

async function outFile(
  { host, installation }: Scene,
  { output, kind, compression, plaintext }: CreateOptions,
): Promise<string | undefined> {
  if (output === undefined) return undefined;
  const name = backupName(host, { kind, compression, label: profileSuffix(installation.target) });
  return outFileOf(host, output, plaintext === true ? name.replace(/\.gpg$/, "") : name, installation);
}

export async function sealBackup(at: Scene, options: CreateOptions): Promise<SealResult> {
  const { host, dataDir, installation } = at;
  const { kind, compression, level: wanted, verify } = options;
  const say = (line: string): void => {
    if (options.json !== true) sayLines(host.terminal, line);
  };
  const file = await outFile(at, options);
  return withBackupLock(host, dataDir, async () => {
    for (const name of await removeLeftovers(host, dataDir))
      say(`removed what a killed run had left: ${name}`);
    const lock = await chooseLock(host, {
      dataDir,
      recipients: options.recipient ?? [],
      passphraseGiven: options.passphraseFrom !== undefined,
      ...(options.plaintext === true ? { plaintext: true as const } : {}),
      keepOut: [installation.target.stateDir, ...installation.outside],
      say,
    });
    const signer = await loadSigner(host, dataDir, say);
    const plan = await planOf(at, kind);
    const progress = await watch(at, plan, { kind, file, say });
    try {
      const result = await createBackup(host, {
        ...{ dataDir, kind, plan, compression, lock, check: verify },
        label: profileSuffix(installation.target),
        ...(file === undefined ? {} : { outFile: file }),
        ...(wanted === undefined ? {} : { level: wanted }),
        ...(signer === undefined ? {} : { signer }),
        onProgress: progress.on,
      });
      await noteVerified(host, dataDir, result.sha256, verify);
      return result;
    } finally {
      progress.stop();
    }
  });
}

/** Says beforehand what may not fit, and moves a line while it is sealed. */
async function watch(
  { host, dataDir }: Scene,
  plan: Awaited<ReturnType<typeof planOf>>,
  {
    kind,
    file,
    say,
  }: { readonly kind: SealKind; readonly file: string | undefined; readonly say: (line: string) => void },
): Promise<{ readonly on: (progress: SealProgress) => void; readonly stop: () => void }> {
  const last = expectedFromLast(await listBackups(host, dataDir), kind);
  const expected = last ?? (await expectedFromFiles(host, plan));
  const folder = file === undefined ? backupsFolder(dataDir) : dirname(file);
  const warning = await roomWarning(host, folder, expected);
  if (warning !== undefined) say(`warning: ${warning}`);
  const progress = progressOn(host);
  const isGuess = expected.from === "last";
  progress.start("sealing");
  let now: SealProgress["phase"] = "sealing";
  let line = transferLine(host, progress);
  return {
    on: ({ phase, bytes, total }) => {
      if (phase !== now) {
        progress.start("reading it back");
        line = transferLine(host, progress);
      }
      now = phase;
      if (total === undefined) line({ done: bytes, total: expected.plainBytes, isGuess });
      else line({ done: bytes, total });
    },
    stop: () => progress.stop(),
  };
}

export async function dryRunBackup(at: Scene, options: CreateOptions): Promise<number> {
  const { host } = at;
  const plan = await planOf(at, options.kind);
  const file = (await outFile(at, options)) ?? usualPlace(at, options);
  const expected = await expectedFromFiles(host, plan);
  const { terminal } = host;
  const told = { archive: file, kind: options.kind, roots: plan.about["roots"] ?? [], expected };
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ dryRun: true, ...told, ...expected, expected: undefined })}\n`
      : dryRunText(terminal, told),
  );
  return exits.ok;
}

function usualPlace({ host, dataDir, installation }: Scene, { kind, compression }: CreateOptions): string {
  const label = profileSuffix(installation.target);
  return `${backupsFolder(dataDir)}/${backupName(host, { kind, compression, label })}`;
}
