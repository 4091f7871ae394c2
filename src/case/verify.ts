import type { Db, Host } from "../host/host.ts";
import { messageOf } from "../model/errors.ts";
import { findCase } from "./choosing.ts";
import { journalKey, readKey } from "./data-dir.ts";
import { copyDatabase } from "./database-copy.ts";
import { readHead } from "./head.ts";
import type { CaseVerification, Findings, Tally } from "./verification.ts";
import { checkFiles, evidenceNames } from "./verify-files.ts";
import { checkJournal, type JournalCheck } from "./verify-journal.ts";
import { checkEvents, checkRecords, checkSchema } from "./verify-rows.ts";

const none: Tally = { checked: 0, altered: 0, missing: 0 };

/**
 * Computes everything anew: the hash chain and its authentication codes, journal.head, every row, artifact and archive. It
 * reads a copy of the database, so the case is not changed; what is broken is a problem, never an exception.
 */
export async function verifyCase(
  host: Host,
  { dataDir, id }: { readonly dataDir: string; readonly id?: string },
): Promise<CaseVerification> {
  const found = await findCase(host, dataDir, id);
  const findings: Findings = { problems: [], notes: [] };
  // Looked at before the database: a claw-ir at work journals an artifact before it gets its name.
  const names = await evidenceNames(host, found.path, findings);
  const key = await readKey(host, dataDir).catch(() => undefined);
  if (key === undefined) {
    findings.problems.push("fingerprint.key is missing or damaged: nobody can tell who wrote the journal");
  }
  const scratch = await host.fs.scratch(host.facts.tmp, "claw-ir-verify-");
  try {
    const check = await checkDatabase(host, found, scratch, key, findings);
    const files = await checkFiles(host, found.path, names, check.journal, findings);
    return verdictOf(found.id, { ...check, ...files }, findings);
  } finally {
    await host.fs.removeScratch(scratch).catch(() => undefined);
  }
}

interface DatabaseCheck {
  readonly journal: JournalCheck;
  readonly records: Tally;
  /** The first thing that is wrong with the database or cannot be told of it. */
  readonly why: string | undefined;
}

async function checkDatabase(
  host: Host,
  { id, path }: { readonly id: string; readonly path: string },
  scratch: string,
  key: Uint8Array | undefined,
  { problems, notes }: Findings,
): Promise<DatabaseCheck> {
  let journal: JournalCheck = {
    entries: 0,
    rows: new Map(),
    batches: new Map(),
    files: [],
    archives: new Map(),
  };
  let records = none;
  const from = key === undefined ? 0 : problems.length;
  let db: Db | undefined;
  try {
    const secret = key === undefined ? undefined : journalKey(key);
    // Read before the copy: the journal may only be ahead of it.
    const head = await readHead(host, path, secret, id);
    const copy = await copyDatabase(host, path, scratch);
    if (!copy.atRest) notes.push("the case is being written to: verify it again when claw-ir has ended");
    db = await host.sqlite.open(copy.path);
    journal = checkJournal(db, { head, key: secret, caseId: id }, problems);
    checkSchema(db, problems);
    records = sum(checkRecords(db, journal, problems), checkEvents(db, journal, problems));
  } catch (error) {
    problems.push(`the database cannot be read: ${messageOf(error)}`);
  } finally {
    db?.close();
  }
  return { journal, records, why: problems[from] };
}

function sum(a: Tally, b: Tally): Tally {
  return { checked: a.checked + b.checked, altered: a.altered + b.altered, missing: a.missing + b.missing };
}

function verdictOf(
  id: string,
  {
    journal,
    records,
    why,
    artifacts,
    archives,
    sealed,
  }: DatabaseCheck & Pick<CaseVerification, "artifacts" | "archives" | "sealed">,
  { problems, notes }: Findings,
): CaseVerification {
  const { entries } = journal;
  const verdict = problems.length === 0 ? "intact" : "tampered";
  const chain = { entries, intact: why === undefined, ...(why === undefined ? {} : { problem: why }) };
  return { case: id, journal: chain, records, artifacts, archives, sealed, problems, notes, verdict };
}
