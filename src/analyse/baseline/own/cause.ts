/**
 * Which event did it. The config has an audit of its own; for files there are the agent's tool calls; jobs, devices and grants
 * say themselves when they were made. Where a change should have left a trace and none is there, it was made past all that.
 */
import type { Reading } from "../../../model/outcome.ts";
import { severities } from "../../../model/outcome.ts";
import type { ConfigWrite } from "../../../model/records.ts";
import { shown } from "../../../model/text.ts";
import type { Cause, DriftChange } from "../types.ts";
import { ofCall, ofWrite, placeOf } from "./cause-of.ts";
import type { CanonRecord } from "./record.ts";
import type { WritingCall } from "./traces.ts";

export interface Records {
  readonly configWrites: Reading<ConfigWrite>;
  readonly calls: Reading<WritingCall>;
  /** Time of the commit that is compared with. */
  readonly since: string;
  /** When files were last changed, by path. */
  readonly modified: ReadonlyMap<string, string>;
  readonly redact: (text: string) => string;
}

/** Kinds whose own record tells when and by whom they were made. */
const selfTold: ReadonlySet<string> = new Set(["device", "grant", "cron-job"]);

/** What a change may be called in a tool call: the best name first. */
export function namesOf(change: DriftChange, record: CanonRecord | undefined): readonly string[] {
  const { path, area, key = "" } = change;
  if (change.thing === "config") return [key, "openclaw.json"];
  if (change.thing === "cron-job")
    return record === undefined ? [] : [record.id, record.name].filter(isTelling);
  const tail = /(?:^|\/)((?:skills|hooks|extensions|systemd)\/.+)$/.exec(path)?.[1];
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (change.thing === "host-cron") return [path, "crontab"];
  const ends = area === "identity" || area === "host" ? [last] : [];
  return [path, tail ?? "", ...ends].filter(isTelling);
}

function isTelling(name: string): boolean {
  return name.length >= 4;
}

export function withCause(change: DriftChange, record: CanonRecord | undefined, from: Records): DriftChange {
  const cause = causeOf(change, record, from);
  if (cause.kind !== "nothing") return { ...change, cause };
  // One step worse, but for what was nothing to worry about anyway.
  const rank = severities.indexOf(change.severity);
  const raised = change.severity === "info" ? "info" : severities[Math.max(0, rank - 1)];
  return { ...change, severity: raised ?? change.severity, cause };
}

function causeOf(change: DriftChange, record: CanonRecord | undefined, from: Records): Cause {
  const call = lastCall(namesOf(change, record), change, from);
  if (change.thing === "config") return configCause(change.key ?? "", call, from);
  if (call !== undefined) return ofCall(call);
  if (change.thing !== undefined && selfTold.has(change.thing)) return ofRecord(change, record);
  if (record !== undefined && isOpenClaws(record))
    return unknown("an update of OpenClaw changes it, and is not recorded for each of them");
  if (from.calls.outcome !== "ok")
    return unknown(`not all tool calls could be read (${from.calls.reason ?? from.calls.outcome})`);
  if (change.area === "credential") return unknown("nothing records who changes a credential");
  return {
    kind: "nothing",
    says: `nothing recorded it: no tool call since the baseline wrote there${lateText(change, from)}`,
  };
}

function isOpenClaws({ fields }: CanonRecord): boolean {
  return fields.get("bundled")?.[0] === "true" || fields.get("source")?.[0] === "bundled";
}

function lateText({ path }: DriftChange, { modified }: Records): string {
  const at = modified.get(path);
  return at === undefined ? "" : `; the file was last changed at ${at}`;
}

function unknown(why: string): Cause {
  return { kind: "unknown", says: `what did it cannot be told: ${why}` };
}

/** The latest call that names it. A file that was changed long after the call was changed by something else. */
function lastCall(
  names: readonly string[],
  { path }: DriftChange,
  { calls, modified, since }: Records,
): WritingCall | undefined {
  const changed = modified.get(path);
  const earliest = changed === undefined ? 0 : Date.parse(changed) - 10 * 60_000;
  const fitting = calls.records.filter(
    ({ at }) => at === undefined || (at >= since && Date.parse(at) >= earliest),
  );
  for (const name of names) {
    const last = fitting.findLast((call) => call.names.has(name));
    if (last !== undefined) return last;
  }
  return undefined;
}

function ofRecord(change: DriftChange, record: CanonRecord | undefined): Cause {
  const field = (name: string): string | undefined => record?.fields.get(name)?.[0];
  const at = field("createdAt");
  const by = field("createdBy") ?? field("approvedVia");
  if (change.kind === "added" && at !== undefined) {
    const who = by === undefined ? "" : `, by ${shown(by, 60)}`;
    return { kind: "record", says: `its own record says that it was made at ${shown(at, 40)}${who}`, at };
  }
  return unknown("OpenClaw keeps no record of who changes one of these");
}

function configCause(key: string, call: WritingCall | undefined, from: Records): Cause {
  const { configWrites, since, redact } = from;
  const touching = configWrites.records.filter(
    ({ at, changedPaths }) => at > since && changedPaths.some((path) => covers(path, key)),
  );
  const last = touching.at(-1);
  if (last !== undefined && last.event !== "config.external") return ofWrite(last, call, redact);
  if (configWrites.outcome !== "ok")
    return unknown(`the config's audit could not be read (${configWrites.reason ?? configWrites.outcome})`);
  if (last !== undefined) {
    return {
      kind: "nothing",
      says: `an editor or another program did it: OpenClaw noticed at ${last.at} and recorded no process`,
      at: last.at,
      ...placeOf(last),
    };
  }
  if (call !== undefined) return ofCall(call);
  return {
    kind: "nothing",
    says: "nothing recorded it: OpenClaw's config audit has no write of this key since the baseline",
  };
}

/** OpenClaw names a changed object by its top, or each leaf; list positions as `[0]` or `.0`. */
function covers(path: string, key: string): boolean {
  const [a, b] = [path, key].map((one) =>
    one.replaceAll(/\[(\d{1,9})\]/g, ".$1").replaceAll(/\["([^"]*)"\]/g, ".$1"),
  );
  if (a === undefined || b === undefined) return false;
  return a === b || b.startsWith(`${a}.`) || a.startsWith(`${b}.`);
}
