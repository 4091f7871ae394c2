import { inUseLast } from "../../model/leftover.ts";
import type { CronJob } from "../../model/job-records.ts";
import type { Session, TranscriptEvent } from "../../model/session-records.ts";
import { ledgerOf } from "./ledger.ts";
import type { Cell, Ledger } from "./ledger.ts";
import { addTally, dollars, emptyTally } from "./money.ts";
import type { Tally } from "./money.ts";
import { configPrices } from "./prices.ts";
import type { PriceTable } from "./prices.ts";
import { findSpikes } from "./spikes.ts";
import type { Change, Spike } from "./spikes.ts";
import { originsOf } from "./triggers.ts";

export const groupings = ["hour", "day", "session", "model", "channel", "trigger", "agent"] as const;
export type Grouping = (typeof groupings)[number];

export interface CostInput {
  readonly events: Iterable<TranscriptEvent>;
  readonly sessions: readonly Session[];
  readonly jobs: readonly CronJob[];
  /** The parsed config: its prices come first. */
  readonly config: unknown;
  /** The shipped table, asked last. */
  readonly prices?: PriceTable;
  readonly since?: string;
  readonly until?: string;
  readonly changes: readonly Change[];
  readonly minimumSpike?: number;
}

export interface Bucket {
  readonly key: string;
  readonly cost: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly messages: number;
}

/** The contract's `cost` object. Dollars with nine decimals: the buckets of any grouping add up to `total`. */
export interface CostReport {
  readonly currency: "USD";
  readonly total: number;
  /** The part of `total` that was computed from prices because OpenClaw recorded no cost. */
  readonly estimated: number;
  readonly priceSources: readonly string[];
  readonly unpriced: { readonly messages: number; readonly tokens: number };
  readonly by: Grouping;
  readonly buckets: readonly Bucket[];
  readonly spikes: readonly Spike[];
}

/** Spending as the transcripts record it. A cost of 0 with tokens is unpriced, never free. */
export interface Spending {
  readonly ledger: Ledger;
  readonly report: (by: Grouping) => CostReport;
  readonly breakers: (minShare?: number) => readonly Breaker[];
}

/** Something that could be paused to stop spending, with what it cost. */
export interface Breaker {
  readonly kind: "job" | "channel" | "heartbeat";
  /** Job id, channel name, or "heartbeat". */
  readonly id: string;
  readonly name: string;
  readonly cost: number;
  readonly tokens: number;
  readonly messages: number;
  /** Of all money, or of all tokens where nothing has a price; 0 to 1. */
  readonly share: number;
  readonly enabled: boolean;
}

/** Reads the events once. */
export function computeCost(input: CostInput): Spending {
  const prices = [configPrices(input.config), ...(input.prices === undefined ? [] : [input.prices])];
  const { since, until } = input;
  const ledger = ledgerOf(input.events, {
    originOf: originsOf(input.sessions, input.jobs),
    prices,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  });
  const { minimumSpike } = input;
  const all = findSpikes(ledger.history, {
    changes: input.changes,
    ...(minimumSpike === undefined ? {} : { minimumCost: minimumSpike }),
  });
  const spikes = all.filter((spike) => touches(spike, since, until));
  return {
    ledger,
    report: (by) => reportOf(ledger, spikes, by),
    breakers: (minShare = 0) => costBreakers(ledger.cells, input.jobs).filter((one) => one.share >= minShare),
  };
}

/** Whether a spike reaches into the range; its last hour ends one hour after `until`. */
function touches(spike: Spike, since: string | undefined, until: string | undefined): boolean {
  const end = Date.parse(spike.until) + 3_600_000;
  return (
    (since === undefined || end > Date.parse(since)) &&
    (until === undefined || Date.parse(spike.at) <= Date.parse(until))
  );
}

function reportOf(ledger: Ledger, spikes: readonly Spike[], by: Grouping): CostReport {
  const total = sum(ledger.cells);
  return {
    currency: "USD",
    total: dollars(total.nano),
    estimated: dollars(total.estimatedNano),
    priceSources: total.estimatedNano > 0 ? ledger.priced : [],
    unpriced: { messages: total.unpricedMessages, tokens: total.unpricedTokens },
    by,
    buckets: bucketsBy(ledger.cells, by),
    spikes,
  };
}

function sum(cells: readonly Cell[]): Tally {
  const total = emptyTally();
  for (const cell of cells) addTally(total, cell.tally);
  return total;
}

/** Hours and days in order of time, everything else dearest first. */
export function bucketsBy(cells: readonly Cell[], by: Grouping): readonly Bucket[] {
  const groups = Map.groupBy(cells, (cell) => keyOf(cell, by));
  const buckets = [...groups].map(([key, of]): Bucket => {
    const { nano, input, output, cacheRead, cacheWrite, messages } = sum(of);
    return { key, cost: dollars(nano), input, output, cacheRead, cacheWrite, messages };
  });
  const timed = by === "hour" || by === "day";
  return buckets.sort(
    (a, b) => (timed ? 0 : b.cost - a.cost) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
}

function keyOf(cell: Cell, by: Grouping): string {
  if (by === "hour") return cell.hour === "" ? "unknown" : cell.hour;
  if (by === "day") return cell.hour === "" ? "unknown" : cell.hour.slice(0, 10);
  return cell[by];
}

/** Jobs, channels and the heartbeat, dearest first: what to pause while spending climbs. */
export function costBreakers(cells: readonly Cell[], jobs: readonly CronJob[]): readonly Breaker[] {
  const byId = new Map(inUseLast(jobs).map((job) => [job.id, job]));
  const all = sum(cells);
  const groups = Map.groupBy(cells, (cell) => breakerKey(cell));
  const found = [...groups].flatMap(([key, of]): Breaker[] => {
    if (key === "") return [];
    const kind =
      of[0]?.trigger === "heartbeat" ? "heartbeat" : of[0]?.jobId === undefined ? "channel" : "job";
    const id = key.slice(key.indexOf(":") + 1);
    const job = kind === "job" ? byId.get(id) : undefined;
    const tally = sum(of);
    const share = all.nano > 0 ? tally.nano / all.nano : tokensOf(tally) / Math.max(1, tokensOf(all));
    return [
      {
        kind,
        id,
        name: job?.name ?? id,
        cost: dollars(tally.nano),
        tokens: tokensOf(tally),
        messages: tally.messages,
        share: Math.round(share * 1000) / 1000,
        enabled: kind !== "job" || isOn(job),
      },
    ];
  });
  return found.sort((a, b) => b.cost - a.cost || b.tokens - a.tokens || (a.id < b.id ? -1 : 1));
}

/** A job that is a leftover only can have spent, and there is nothing of it to switch off. */
function isOn(job: CronJob | undefined): boolean {
  return job?.enabled === true && job.leftover !== true;
}

function breakerKey(cell: Cell): string {
  if (cell.trigger === "heartbeat") return "heartbeat:heartbeat";
  if (cell.jobId !== undefined) return `job:${cell.jobId}`;
  return cell.channel === "none" ? "" : `channel:${cell.channel}`;
}

function tokensOf(tally: Tally): number {
  return tally.input + tally.output + tally.cacheRead + tally.cacheWrite;
}

export { changesOf } from "./changes.ts";
export { parsePriceTable } from "./prices.ts";
export type { PriceTable } from "./prices.ts";
export type { Change, Spike } from "./spikes.ts";
