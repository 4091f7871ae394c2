import { join } from "node:path";
import type { Db, Host } from "../host/host.ts";
import { dict, str } from "../model/json.ts";
import { createArchives } from "./archives.ts";
import { parseStored } from "./database.ts";
import { createTimeline } from "./events.ts";
import { createEvidence } from "./evidence.ts";
import { storing } from "./failure.ts";
import type { HeadFile } from "./head.ts";
import type { Chain } from "./journal.ts";
import type { Lock } from "./lock.ts";
import { FactRows, Records } from "./rows.ts";
import { isFinding, isNotEvaluated, isReceipt, isSwitchedOff } from "./shapes.ts";
import type { Case, CaseInfo, Redactor } from "./types.ts";

export interface CaseParts {
  readonly host: Host;
  readonly folder: string;
  readonly id: string;
  readonly db: Db;
  readonly lock: Lock;
  readonly head: HeadFile;
  readonly chain: Chain;
  readonly redactor: Redactor;
}

const scratchPrefix = "scratch-";

/** The case over its open database; everything here is thin, the work is in the files it names. */
export function caseOver(parts: CaseParts): Case {
  const { db, chain, redactor } = parts;
  const flush = (): Promise<void> => parts.head.flush();
  const findings = new Records(parts, "finding", isFinding);
  const notEvaluated = new Records(parts, "not-evaluated", isNotEvaluated);
  const receipts = new Records(parts, "receipt", isReceipt);
  const switchedOff = new Records(parts, "switched-off", isSwitchedOff);
  const end = closing(parts);
  let last = infoOf(db, parts.id, parts.folder);
  const info = (): CaseInfo => (end.isOpen() ? (last = infoOf(db, parts.id, parts.folder)) : last);
  return {
    get info() {
      return info();
    },
    journal: chain,
    evidence: createEvidence({ ...parts, flush }),
    facts: new FactRows(parts),
    redactor,
    timeline: createTimeline(parts),
    findings: {
      add: (finding) =>
        findings.put(finding.id, finding, {
          rule: finding.rule,
          severity: finding.severity,
          title: finding.title,
        }),
      all: () => findings.all(),
      notEvaluated: (rule) => notEvaluated.put(rule.rule, rule, { reason: rule.reason }),
      allNotEvaluated: () => notEvaluated.all(),
    },
    receipts: {
      put: (receipt) =>
        receipts.put(receipt.credential, receipt, {
          steps: receipt.steps.map(({ step, outcome }) => `${step}: ${outcome}`),
          proven: receipt.proven,
        }),
      all: () => receipts.all(),
    },
    switchedOff: {
      add: (item) => switchedOff.put(item.what, item, { how: item.how, inverse: item.inverse }),
      all: () => switchedOff.all(),
    },
    archives: createArchives({ ...parts, flush }),
    scratch: end.scratch,
    release: () => {
      info();
      return end.release();
    },
  };
}

interface Closing extends Pick<Case, "scratch" | "release"> {
  readonly isOpen: () => boolean;
}

function closing({ host, folder, db, head, lock }: CaseParts): Closing {
  const made: string[] = [];
  let released: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    for (const path of made.splice(0)) await host.fs.removeScratch(path).catch(() => undefined);
    try {
      await head.flush();
      db.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      db.close();
      await lock.release();
    }
  };
  return {
    isOpen: () => released === undefined,
    scratch: () =>
      storing("making a scratch folder", async () => {
        const path = await host.fs.scratch(folder, scratchPrefix);
        made.push(path);
        return path;
      }),
    release: () => (released ??= storing("closing the case", release)),
  };
}

/** Scratch folders that a killed claw-ir left: moved into a fresh one of ours and removed with it. */
export async function removeStaleScratch(host: Host, folder: string): Promise<void> {
  const stale = (await host.fs.list(folder)).filter(
    ({ name, kind }) => kind === "dir" && name.startsWith(scratchPrefix),
  );
  if (stale.length === 0) return;
  const bin = await host.fs.scratch(folder, scratchPrefix);
  for (const { name } of stale) await host.fs.rename(join(folder, name), join(bin, name));
  await host.fs.removeScratch(bin);
}

/** Read from the journal, so that nobody can change it unseen. */
export function infoOf(db: Db, id: string, path: string): CaseInfo {
  const [first] = db.all("SELECT at, body FROM journal WHERE seq = 1");
  const [closed] = db.all("SELECT at FROM journal WHERE kind = 'closed' ORDER BY seq DESC LIMIT 1");
  const body = dict(parseStored(str(first?.["body"]) ?? ""));
  const text = (key: string): string => str(body[key]) ?? "";
  const closedAt = str(closed?.["at"]);
  return {
    id,
    path,
    playbook: text("playbook"),
    title: text("title"),
    createdAt: str(first?.["at"]) ?? "",
    ...(closedAt === undefined ? {} : { closedAt }),
    host: text("host"),
    tool: text("tool"),
  };
}
