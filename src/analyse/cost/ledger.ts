/** One pass over the transcripts that sums usage into cells; memory grows with hours, sessions and models, not messages. */
import { isoOf } from "../../model/json.ts";
import type { TranscriptEvent, Usage } from "../../model/session-records.ts";
import { addTally, emptyTally, nanos } from "./money.ts";
import type { Tally } from "./money.ts";
import { costOf } from "./prices.ts";
import type { PriceTable } from "./prices.ts";
import type { Origin } from "./triggers.ts";

export interface Cell {
  /** Start of the hour, ISO 8601 UTC; empty where the message has no time. */
  readonly hour: string;
  readonly agent: string;
  readonly session: string;
  readonly model: string;
  readonly channel: string;
  readonly trigger: string;
  readonly jobId?: string;
  /** Its messages lie in the range asked for; an hour at the edge of the range has two cells. */
  readonly asked: boolean;
  readonly tally: Tally;
}

export interface LedgerOptions {
  readonly originOf: (sessionId: string) => Origin;
  /** Asked in this order where OpenClaw recorded no cost. */
  readonly prices: readonly PriceTable[];
  readonly since?: string;
  readonly until?: string;
}

export interface Ledger {
  /** Of the range asked for. */
  readonly cells: readonly Cell[];
  /** Of all time: what is usual is judged by it, whatever range is asked for. */
  readonly history: readonly Cell[];
  /** Sources of prices that were used for estimates. */
  readonly priced: readonly string[];
}

/** OpenClaw puts this in front of the message that wakes the agent for its heartbeat. */
export const heartbeatMarker = "[OpenClaw heartbeat poll]";
const hourMs = 3_600_000;

export function ledgerOf(events: Iterable<TranscriptEvent>, options: LedgerOptions): Ledger {
  const cells = new Map<string, Cell>();
  const priced = new Set<string>();
  const woken = new Map<string, boolean>();
  for (const event of events) {
    const session = `${event.agent}\0${event.sessionId}`;
    if (event.role === "user") woken.set(session, (event.text ?? "").includes(heartbeatMarker));
    const { usage } = event;
    if (usage === undefined) continue;
    const tally = tallyOf(event, usage, options.prices, priced);
    if (tally === undefined) continue;
    const place = cellOf(event, options.originOf(event.sessionId), woken.get(session) === true);
    const asked = inRange(event.at, options);
    const key = [asked, place.hour, place.agent, place.session, place.model, place.trigger].join("\0");
    const known = cells.get(key);
    if (known === undefined) cells.set(key, { ...place, asked, tally });
    else addTally(known.tally, tally);
  }
  const history = [...cells.values()];
  return { cells: history.filter((cell) => cell.asked), history, priced: [...priced] };
}

function inRange(at: string | undefined, { since, until }: LedgerOptions): boolean {
  if (since === undefined && until === undefined) return true;
  const ms = at === undefined ? Number.NaN : Date.parse(at);
  // A message without a time cannot be placed outside the range, either: it counts.
  if (Number.isNaN(ms)) return true;
  return (since === undefined || ms >= Date.parse(since)) && (until === undefined || ms <= Date.parse(until));
}

function cellOf(event: TranscriptEvent, origin: Origin, heartbeat: boolean): Omit<Cell, "tally" | "asked"> {
  const ms = event.at === undefined ? Number.NaN : Date.parse(event.at);
  return {
    hour: Number.isNaN(ms) ? "" : (isoOf(Math.floor(ms / hourMs) * hourMs) ?? ""),
    agent: event.agent,
    session: event.sessionId,
    model: `${event.provider ?? "unknown"}/${event.model ?? "unknown"}`,
    channel: origin.channel,
    trigger: heartbeat ? "heartbeat" : origin.trigger,
    ...(origin.jobId === undefined || heartbeat ? {} : { jobId: origin.jobId }),
  };
}

/** Undefined for a message without any tokens and cost: nothing was asked of a provider. */
function tallyOf(
  event: TranscriptEvent,
  raw: Usage,
  prices: readonly PriceTable[],
  priced: Set<string>,
): Tally | undefined {
  const usage = sane(raw);
  const tokens = usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
  const recorded = usage.cost ?? 0;
  if (tokens === 0 && recorded === 0) return undefined;
  const tally: Tally = { ...emptyTally(), ...counts(usage), messages: 1 };
  if (recorded > 0) return { ...tally, nano: nanos(recorded) };
  for (const table of prices) {
    const price = table.price(event.provider ?? "", event.model ?? "");
    if (price === undefined) continue;
    priced.add(table.asOf === "" ? table.source : `${table.source}, as of ${table.asOf}`);
    const nano = costOf(usage, price);
    return { ...tally, nano, estimatedNano: nano };
  }
  return { ...tally, unpricedMessages: 1, unpricedTokens: tokens };
}

function counts(usage: Usage): Pick<Tally, "input" | "output" | "cacheRead" | "cacheWrite"> {
  const { input, output, cacheRead, cacheWrite } = usage;
  return { input, output, cacheRead, cacheWrite };
}

const absurdTokens = 1e10;
const absurdDollars = 1e6;

/** A planted message must not drown the sums: negative, fractional or absurd counts are put right or left out. */
function sane(usage: Usage): Usage {
  const count = (n: number): number => (n > 0 && n <= absurdTokens ? Math.round(n) : 0);
  const { cost } = usage;
  return {
    input: count(usage.input),
    output: count(usage.output),
    cacheRead: count(usage.cacheRead),
    cacheWrite: count(usage.cacheWrite),
    ...(cost !== undefined && cost > 0 && cost <= absurdDollars ? { cost } : {}),
  };
}
