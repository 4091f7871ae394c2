/** Who may talk to the agent and what may happen without asking, the suspicious first, each with why. */
import { grantId } from "../../analyse/index.ts";
import type { Device } from "../../model/device-records.ts";
import { entryId, entryText, type GrantEntry } from "../../model/grant-entry.ts";
import { inUse } from "../../model/leftover.ts";
import type { Reading } from "../../model/outcome.ts";
import type { ConfigWrite, Grant } from "../../model/records.ts";
import { shown } from "../../model/text.ts";
import { grantLabel, whatDeviceMade, type Made } from "../../rotate/index.ts";
import { incidentAnswers } from "../answers.ts";
import type { StepContext } from "../types.ts";
import { openCopies } from "./collect.ts";
import { traces } from "./made-by-devices.ts";
import { grantsInBaseline } from "./own-baseline.ts";
import { nameOf, removedIds } from "./rotate-devices.ts";

export interface AllowEntry {
  readonly grant: Grant;
  readonly entry: GrantEntry;
  readonly id: string;
  /** It came, or may have come, with the incident, and nothing says that it is known. */
  readonly isSuspect: boolean;
  /** "NEW since the incident", "in the baseline of 2026-11-20". */
  readonly mark: string;
  /** Where it lies, since when, made by whom, if known. */
  readonly about: string;
}

/** Everything that can be taken out. Leftovers let nobody in, and of what OpenClaw took back only the record stays. */
export async function allowEntries(context: StepContext): Promise<Reading<AllowEntry>> {
  await openCopies(context);
  const { memory } = context;
  const reading = memory.state?.grants() ?? { outcome: "missing", records: [] };
  const facts: Facts = {
    since: incidentAnswers(context.case).since,
    baseline: await grantsInBaseline(context),
    writes: memory.state?.configWrites().records ?? [],
    made: madeByRemoved(context),
    redact: (text) => context.case.redactor.text(text),
  };
  const found = new Map<string, Judged>();
  for (const grant of inUse(reading.records))
    if (grant.entry !== undefined && !found.has(entryId(grant.entry)))
      found.set(entryId(grant.entry), judged(context, grant, grant.entry, facts));
  const records = [...found.values()].sort(
    (a, b) => a.rank - b.rank || (b.at ?? "").localeCompare(a.at ?? "") || a.id.localeCompare(b.id),
  );
  return { ...reading, records };
}

interface Facts {
  readonly since: string | undefined;
  readonly baseline: Awaited<ReturnType<typeof grantsInBaseline>>;
  readonly writes: readonly ConfigWrite[];
  /** By the label of the permission: the removed device and how sure it is. */
  readonly made: ReadonlyMap<string, MadeBy>;
  readonly redact: (text: string) => string;
}

interface MadeBy {
  /** By name; one alone where OpenClaw wrote its maker down. */
  readonly devices: readonly string[];
  readonly certainty: Made["certainty"];
}

type Judged = AllowEntry & { readonly rank: number; readonly at: string | undefined };

function judged(context: StepContext, grant: Grant, entry: GrantEntry, facts: Facts): Judged {
  const { since, baseline } = facts;
  const written = lastWrite(entry, facts.writes);
  const at = grant.createdAt ?? written?.at;
  const isNew = since !== undefined && at !== undefined && at >= since;
  const maker = facts.made.get(grantLabel(grant));
  const isKnown = baseline?.ids.has(facts.redact(grantId(grant))) === true;
  const [rank, mark] = verdict();
  return {
    grant,
    entry,
    id: entryId(entry),
    rank,
    at,
    isSuspect: rank <= 2,
    mark,
    about: [
      `in ${where(context, grant)}`,
      ...(grant.createdAt === undefined ? [] : [`since ${grant.createdAt.slice(0, 16)}`]),
      ...(written === undefined ? [] : [`last recorded change ${written.at.slice(0, 16)}${by(written)}`]),
      ...(/last used [^,]+/.exec(grant.detail ?? "") ?? []),
      ...(grant.madeBy === undefined ? [] : [`allowed by ${grant.madeBy}`]),
      ...(maker === undefined ? [] : [madeText(maker)]),
    ]
      .map((part) => shown(part, 160))
      .join(", "),
  };

  function verdict(): readonly [number, string] {
    if (isKnown) return [5, `in the baseline of ${baseline.at.slice(0, 10)}`];
    if (isNew)
      return [0, grant.createdAt === undefined ? "CHANGED since the incident" : "NEW since the incident"];
    if (maker !== undefined) return [1, "from the time of a removed device"];
    if (baseline !== undefined) return [2, "NOT in the baseline"];
    // A list that was changed by hand has no record of it: only an entry's own time tells that it is older.
    if (grant.createdAt === undefined) return [3, "unknown since when"];
    return since === undefined
      ? [3, "not vouched for: there is no baseline"]
      : [4, "older than the incident"];
  }
}

function madeText({ devices, certainty }: MadeBy): string {
  const [first = "", ...others] = devices;
  if (certainty === "recorded") return `made by ${first}`;
  return others.length === 0
    ? `came while ${first} was paired`
    : `came while ${devices.length} removed devices were paired`;
}

function by({ origin, argv }: ConfigWrite): string {
  const who = origin ?? argv?.slice(0, 3).join(" ");
  return who === undefined ? "" : ` by ${who}`;
}

/** Below the state folder by its short name. */
function where({ installation: { target } }: StepContext, { place: { path, locator } }: Grant): string {
  const folder = `${target.toHost(target.stateDir)}/`;
  const file = path.startsWith(folder) ? path.slice(folder.length) : path;
  const part = locator?.split("/", 1)[0];
  return part === undefined ? file : `${file} ${part}`;
}

/** The last time that OpenClaw saw the list, the setting or what holds it changed. */
function lastWrite(entry: GrantEntry, writes: readonly ConfigWrite[]): ConfigWrite | undefined {
  if (entry.in !== "config-list" && entry.in !== "config-policy") return undefined;
  const isOf = (path: string): boolean =>
    path === entry.path || entry.path.startsWith(`${path}.`) || path.startsWith(`${entry.path}[`);
  return writes
    .filter(({ changedPaths }) => changedPaths.some(isOf))
    .reduce<ConfigWrite | undefined>(
      (last, one) => (last === undefined || one.at > last.at ? one : last),
      undefined,
    );
}

/** What came from, or in the time of, a device that this case removed. */
function madeByRemoved(context: StepContext): Facts["made"] {
  const ids = removedIds(context.case);
  const found = new Map<string, MadeBy>();
  const removed = ({ id, state }: Device): boolean => ids.includes(id) && state === "paired";
  for (const device of context.memory.devices.filter(removed))
    for (const { kind, id, certainty } of whatDeviceMade(device, traces(context))) {
      const before = found.get(id);
      if (kind !== "grant" || before?.certainty === "recorded") continue;
      const devices = certainty === "recorded" ? [] : (before?.devices ?? []);
      found.set(id, { devices: [...devices, nameOf(device)], certainty });
    }
  return found;
}

const lets: Readonly<Record<GrantEntry["in"], string>> = {
  "channel-allow": "may write",
  "channel-pairing": "asks to be let in",
  "config-list": "may write",
  "config-policy": "lets everybody write",
  "exec-allowlist": "runs without asking",
  "exec-policy": "lets commands run without asking",
  "mcp-tool": "is called without asking",
  "standing-grant": "lets a job run without asking",
  "plugin-binding": "may speak there",
};

/** "telegram:777000111 (account default) may write". */
export function entryLine({ entry, grant }: Pick<AllowEntry, "entry" | "grant">): string {
  const text = entry.in === "standing-grant" ? `${entryText(entry)} for ${grant.subject}` : entryText(entry);
  return shown(`${text} ${lets[entry.in]}`, 160);
}
