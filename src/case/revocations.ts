/** What every case of a data folder has revoked, for who brings an older state back. No case is locked or changed. */
import { join } from "node:path";
import type { Db, Host } from "../host/host.ts";
import { messageOf } from "../model/errors.ts";
import type { RotationReceipt, SwitchedOff } from "../model/evidence.ts";
import { isGrantEntry, type GrantEntry } from "../model/grant-entry.ts";
import { at, bool, list, str, strings } from "../model/json.ts";
import { casesFolder, journalKey, readKey } from "./data-dir.ts";
import { parseStored } from "./database.ts";
import { copyDatabase } from "./database-copy.ts";
import { readHead } from "./head.ts";
import { isReceipt, isSwitchedOff } from "./shapes.ts";
import { checkJournal } from "./verify-journal.ts";
import { checkRecords, checkSchema } from "./verify-rows.ts";

export interface CaseRevocations {
  readonly case: string;
  /** The state folder the case is about, as a path on the examined host; absent in old cases. */
  readonly stateDir?: string;
  readonly receipts: readonly RotationReceipt[];
  readonly switchedOff: readonly SwitchedOff[];
  readonly devices?: {
    readonly ids: readonly string[];
    /** Every device, pending request, setup token and join code that there was. */
    readonly all: boolean;
    /** ISO 8601 UTC. */
    readonly at: string;
  };
  /** Entries of allow-lists, requests and approvals that were taken out; `at` in ISO 8601 UTC. */
  readonly grants?: readonly { readonly entry: GrantEntry; readonly at: string }[];
}

export interface RevocationReading {
  /** Oldest first. */
  readonly cases: readonly CaseRevocations[];
  /** Cases that could not be read, or not be trusted: what they revoked may be missing. */
  readonly unread: readonly { readonly case: string; readonly reason: string }[];
}

export async function readRevocations(host: Host, dataDir: string): Promise<RevocationReading> {
  const folder = join(dataDir, casesFolder);
  const names = await namesIn(host, folder);
  if (typeof names === "string") return { cases: [], unread: [{ case: casesFolder, reason: names }] };
  const key = await readKey(host, dataDir).catch(() => undefined);
  const cases: CaseRevocations[] = [];
  const unread: { case: string; reason: string }[] = [];
  for (const id of names) {
    const scratch = await host.fs.scratch(host.facts.tmp, "claw-ir-revoked-");
    try {
      const copy = await copyDatabase(host, join(folder, id), scratch);
      const problems = copy.atRest ? [] : ["it is being written to"];
      const db = await host.sqlite.open(copy.path);
      try {
        const secret = key === undefined ? undefined : journalKey(key);
        const head = await readHead(host, join(folder, id), secret, id);
        checkSchema(db, problems);
        checkRecords(db, checkJournal(db, { head, key: secret, caseId: id }, problems), problems);
        cases.push(revocationsIn(db, id));
      } finally {
        db.close();
      }
      if (problems[0] !== undefined) unread.push({ case: id, reason: problems[0] });
    } catch (error) {
      unread.push({ case: id, reason: messageOf(error) });
    } finally {
      await host.fs.removeScratch(scratch).catch(() => undefined);
    }
  }
  return { cases, unread };
}

async function namesIn(host: Pick<Host, "fs">, folder: string): Promise<readonly string[] | string> {
  try {
    if ((await host.fs.stat(folder)) === undefined) return [];
    return (await host.fs.list(folder)).filter(({ kind }) => kind === "dir").map(({ name }) => name);
  } catch (error) {
    return messageOf(error);
  }
}

function revocationsIn(db: Db, id: string): CaseRevocations {
  const stateDir = stateDirOf(fact(db, "target")?.value);
  const devices = devicesOf(fact(db, "removedDevices"));
  const grants = grantsOf(fact(db, "removedGrants"));
  return {
    case: id,
    ...(stateDir === undefined ? {} : { stateDir }),
    receipts: recordsOf(db, "receipt", isReceipt),
    switchedOff: recordsOf(db, "switched-off", isSwitchedOff),
    ...(devices === undefined ? {} : { devices }),
    ...(grants.length === 0 ? {} : { grants }),
  };
}

interface Fact {
  readonly value: unknown;
  readonly at: string;
}

function fact(db: Db, key: string): Fact | undefined {
  const [row] = db.all(
    "SELECT record.json AS json, journal.at AS at FROM record JOIN journal ON journal.seq = record.seq " +
      "WHERE record.kind = 'fact' AND record.id = ?",
    key,
  );
  const [text, when] = [str(row?.["json"]), str(row?.["at"])];
  return text === undefined || when === undefined ? undefined : { value: parseStored(text), at: when };
}

function recordsOf<T>(db: Db, kind: string, is: (value: unknown) => value is T): readonly T[] {
  const rows = db.all("SELECT json FROM record WHERE kind = ? ORDER BY n", kind);
  return rows.map((row): unknown => parseStored(str(row["json"]) ?? "")).filter(is);
}

function stateDirOf(target: unknown): string | undefined {
  const [stateDir, root] = [str(at(target, "stateDir")), str(at(target, "root"))];
  if (stateDir === undefined || root === undefined || root === "/") return stateDir;
  return stateDir.startsWith(`${root}/`) ? stateDir.slice(root.length) : stateDir;
}

function devicesOf(removed: Fact | undefined): CaseRevocations["devices"] {
  if (removed === undefined) return undefined;
  const ids = strings(at(removed.value, "ids"));
  return { ids, all: bool(at(removed.value, "all")) === true, at: removed.at };
}

function grantsOf(removed: Fact | undefined): NonNullable<CaseRevocations["grants"]> {
  return list(removed?.value).flatMap((one) => {
    const [entry, when] = [at(one, "entry"), str(at(one, "at"))];
    return isGrantEntry(entry) && when !== undefined ? [{ entry, at: when }] : [];
  });
}
