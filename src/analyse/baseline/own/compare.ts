/** The comparison of a commit of claw-ir's own baseline with what was just read, with what made each change. */
import { read, type Reading } from "../../../model/outcome.ts";
import { severities } from "../../../model/outcome.ts";
import type { ReadingSet } from "../../../model/readings.ts";
import type { TranscriptEvent } from "../../../model/session-records.ts";
import type { BaselineDiff, DriftChange } from "../types.ts";
import { namesOf, withCause } from "./cause.ts";
import { diffHoldings } from "./diff.ts";
import type { CanonRecord } from "./record.ts";
import { traceWriting, type WritingCall } from "./traces.ts";
import type { Holding, Observed } from "./tree.ts";
import { type Vouched, vouchedIn, voucherOf } from "./vouched.ts";

export interface OwnInput {
  readonly old: Holding & { readonly problems: readonly string[] };
  readonly now: Observed;
  readonly commit: string;
  /** ISO 8601. */
  readonly at: string;
  /** When it is compared, ISO 8601 UTC: what somebody vouched for until a day before is news again. */
  readonly today: string;
  /** Where the repository is. */
  readonly folder: string;
  readonly configWrites: ReadingSet["configWrites"];
  /** Undefined: the state could not be read. */
  readonly transcripts:
    { readonly events: Iterable<TranscriptEvent>; readonly problems: readonly string[] } | undefined;
  readonly redact: (text: string) => string;
}

export interface OwnDiff extends BaselineDiff {
  /** What could not be read now but could be then: nothing is known about changes there. */
  readonly problems: readonly string[];
}

export function compareOwn(input: OwnInput): OwnDiff {
  const { old, now, commit, at, folder, redact } = input;
  const { changes, uncovered } = diffHoldings(old, now);
  const records = new Map(
    [...old.records.values(), ...now.records.values()].map((one) => [`${one.thing} ${one.id}`, one]),
  );
  const recordOf = ({ thing = "", id = "" }: DriftChange): CanonRecord | undefined =>
    records.get(`${thing} ${id}`);
  const calls = callsOf(input, changes, recordOf);
  const trace = { configWrites: input.configWrites, calls, since: at, modified: now.modified, redact };
  const vouched = vouchedIn(old);
  const told = changes.map((change) => {
    const record = recordOf(change);
    return withVoucher(withCause(change, record, trace), record, (one) =>
      voucherOf(one, vouched, input.today),
    );
  });
  return {
    baseline: { commit, at },
    folder,
    changes: told.sort(worstFirst),
    uncovered: [...uncovered, ...gaps(old, now, "same")],
    problems: [...old.problems.slice(0, 20), ...gaps(old, now, "worse")],
  };
}

function callsOf(
  { transcripts, at }: OwnInput,
  changes: readonly DriftChange[],
  recordOf: (change: DriftChange) => CanonRecord | undefined,
): Reading<WritingCall> {
  if (transcripts === undefined)
    return { outcome: "missing", reason: "OpenClaw's state was not read", records: [] };
  const wanted = new Set(changes.slice(0, 500).flatMap((change) => namesOf(change, recordOf(change))));
  if (wanted.size === 0) return read([]);
  const found = traceWriting(transcripts.events, wanted, at);
  return read(found, transcripts.problems.slice(0, 5));
}

/** What somebody vouched for after it came is no news. */
function withVoucher(
  change: DriftChange,
  record: CanonRecord | undefined,
  voucher: (record: CanonRecord) => Vouched | undefined,
): DriftChange {
  const said = record === undefined || change.kind === "removed" ? undefined : voucher(record);
  if (said === undefined) return change;
  const vouched = `${said.owner} vouched for it on ${said.at.slice(0, 10)}${said.note === "" ? "" : `: ${said.note}`}`;
  return { ...change, severity: "info", vouched };
}

/** "same": it could not be read then either; "worse": it could. */
function gaps(old: Holding, now: Holding, which: "same" | "worse"): readonly string[] {
  return [...now.coverage].flatMap(([kind, { outcome, reason }]) => {
    if (outcome === "ok") return [];
    const before = old.coverage.get(kind)?.outcome;
    const isSame = before === undefined || before === outcome;
    return isSame === (which === "same")
      ? [`${kind}: ${reason ?? outcome}; what was removed there cannot be told`]
      : [];
  });
}

function worstFirst(a: DriftChange, b: DriftChange): number {
  const weight = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  if (weight !== 0) return weight;
  const [x, y] = [`${a.path}\0${a.key ?? ""}`, `${b.path}\0${b.key ?? ""}`];
  return x < y ? -1 : x > y ? 1 : 0;
}
