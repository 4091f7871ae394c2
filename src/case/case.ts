import { join } from "node:path";
import type { Db, Host } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";
import { shown } from "../model/text.ts";
import { archivesFolder } from "./archives.ts";
import { casesFolder, fingerprintKey, journalKey } from "./data-dir.ts";
import { databaseName, openDatabase, schemaProblems } from "./database.ts";
import { evidenceFolder } from "./evidence.ts";
import { storing } from "./failure.ts";
import { hashFile } from "./file-hash.ts";
import { caseOver, removeStaleScratch } from "./folder.ts";
import { HeadFile, readHead } from "./head.ts";
import { Chain, lastEntry } from "./journal.ts";
import { findCase } from "./choosing.ts";
import { acquireLock, type Lock } from "./lock.ts";
import { createRedactor } from "./redact/redactor.ts";
import { tailProblem } from "./tail.ts";
import type { Case } from "./types.ts";

export const reportsFolder = "reports";

export interface NewCase {
  readonly dataDir: string;
  readonly playbook: string;
  readonly title: string;
}

/**
 * Makes a case folder such as 20261121-0231-key-compromised (time in UTC) and takes its lock. Throws a ClawError that says
 * what to do for a full disk, a read-only file system or missing permission.
 */
export async function createCase(host: Host, { dataDir, playbook, title }: NewCase): Promise<Case> {
  return storing("making the case folder", async () => {
    const key = await fingerprintKey(host, dataDir);
    const { id, folder, lock } = await claimFolder(host, dataDir, playbook);
    return withLock(lock, async () => {
      for (const name of [evidenceFolder, archivesFolder, reportsFolder]) {
        await host.fs.mkdir(join(folder, name), { mode: 0o700 });
      }
      // From now on a missing journal.head is a sign of tampering.
      await new HeadFile(host, folder, journalKey(key), id).begin();
      const db = await openDatabase(host, folder, "create");
      return closingOnError(db, async () => {
        const made = assemble(host, { id, folder, db, lock, key });
        const { hostname, os, user, version } = host.facts;
        const body = { id, playbook, title, host: hostname, os, user, tool: version, dataDir };
        await made.journal.append("case", body);
        await host.fs.syncDir(folder);
        return made;
      });
    });
  });
}

/**
 * Opens a case for writing: by id or the unique beginning of one, else the newest that is not closed. Throws "no-such-case"
 * (exit 10), "case-locked" (exit 11), or "case-tampered" (exit 5) where writing would hide that the journal was cut off.
 */
export async function openCase(
  host: Host,
  { dataDir, id }: { readonly dataDir: string; readonly id?: string },
): Promise<Case> {
  const found = await findCase(host, dataDir, id);
  const folder = found.path;
  return storing(`opening case ${shown(found.id)}`, async () => {
    const key = await fingerprintKey(host, dataDir);
    const db = await openDatabase(host, folder, "existing");
    return closingOnError(db, async () => {
      const lock = await acquireLock(host, folder, db);
      return withLock(lock, async () => {
        const secret = journalKey(key);
        const head = await readHead(host, folder, secret, found.id);
        const problem = schemaProblems(db)[0] ?? tailProblem(db, head, secret, found.id);
        if (problem !== undefined) throw tamperedError(found.id, problem);
        await removeStaleScratch(host, folder);
        const opened = assemble(host, { id: found.id, folder, db, lock, key });
        await finishRenames(host, folder, opened);
        return opened;
      });
    });
  });
}

/** Journals the end of the case. It can still be read, noted and reported on, but is no longer the one that resume takes. */
export async function closeCase(subject: Case): Promise<void> {
  if (subject.info.closedAt === undefined) await subject.journal.append("closed", {});
}

export async function addNote(subject: Case, text: string): Promise<void> {
  await subject.journal.append("note", { text });
}

interface Opened {
  readonly id: string;
  readonly folder: string;
  readonly db: Db;
  readonly lock: Lock;
  readonly key: Uint8Array;
}

function assemble(host: Host, { id, folder, db, lock, key }: Opened): Case {
  const redactor = createRedactor(key);
  const secret = journalKey(key);
  const head = new HeadFile(host, folder, secret, id);
  const chain = new Chain({ host, db, caseId: id, key: secret, redactor, head });
  const last = lastEntry(db);
  if (last !== undefined) head.moved(last);
  return caseOver({ host, folder, id, db, lock, head, chain, redactor });
}

async function withLock<T>(lock: Lock, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await lock.release().catch(() => undefined);
    throw error;
  }
}

async function closingOnError<T>(db: Db, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The lock file, made with O_EXCL, is the claim: of two claw-ir in one minute each gets its own folder. */
async function claimFolder(
  host: Host,
  dataDir: string,
  playbook: string,
): Promise<{ readonly id: string; readonly folder: string; readonly lock: Lock }> {
  const time = host.clock.now().toISOString().replaceAll(/[-:]/g, "");
  const kind = playbook.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const base = `${time.slice(0, 8)}-${time.slice(9, 13)}-${kind}`;
  await host.fs.mkdir(join(dataDir, casesFolder), { mode: 0o700 });
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}-${n}`;
    const folder = join(dataDir, casesFolder, id);
    if ((await host.fs.stat(folder)) !== undefined) continue;
    await host.fs.mkdir(folder, { mode: 0o700 });
    const lock = await acquireLock(host, folder, undefined).catch((error: unknown) => {
      if (error instanceof ClawError && error.code === "case-locked") return undefined;
      throw error;
    });
    if (lock === undefined) continue;
    if ((await host.fs.stat(join(folder, databaseName))) === undefined) return { id, folder, lock };
    await lock.release();
  }
}

function tamperedError(id: string, problem: string): ClawError {
  return new ClawError(`case ${shown(id)} was tampered with: ${problem}`, {
    exit: "tampered",
    code: "case-tampered",
    hint: `nothing more is written to it; claw-ir case verify --case ${shown(id)} tells more, and a new case can be begun`,
  });
}

/** A crash between the journal entry and the rename leaves the whole artifact under its .partial name. */
async function finishRenames(host: Host, folder: string, opened: Case): Promise<void> {
  for (const { file, sha256, bytes } of opened.evidence.all()) {
    if (file === undefined) continue;
    const path = join(folder, file);
    const partial = await host.fs.stat(`${path}.partial`);
    if (partial?.size !== bytes || (await host.fs.stat(path)) !== undefined) continue;
    if ((await hashFile(host, `${path}.partial`)).sha256 === sha256)
      await host.fs.rename(`${path}.partial`, path);
  }
}
