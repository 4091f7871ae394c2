/** Hours that cost far more than the two weeks before them. */
import type { Cell } from "./ledger.ts";
import { dollars } from "./money.ts";

export interface Change {
  readonly at: string;
  /** "config", "cron-job", "skill", "gateway", "device", … */
  readonly kind: string;
  /** One sentence, already shown. */
  readonly what: string;
}

export interface Contributor {
  readonly kind: "trigger" | "session" | "model";
  readonly key: string;
  readonly cost: number;
  readonly tokens: number;
  /** Of the spike, 0 to 1. */
  readonly share: number;
}

export interface Spike {
  /** The first hour that stands out. */
  readonly at: string;
  /** Start of the last hour that stands out. */
  readonly until: string;
  readonly hours: number;
  readonly cost: number;
  readonly tokens: number;
  /** What was measured: money, or tokens where nothing has a price. */
  readonly measure: "cost" | "tokens";
  /** Median per hour of the 14 days before, in dollars or tokens. */
  readonly baseline: number;
  /** The dearest hour over the baseline (over one cent, or 1000 tokens, where the baseline is lower). */
  readonly factor: number;
  readonly topContributors: readonly Contributor[];
  readonly nearestChange?: Change;
}

export interface SpikeOptions {
  /** An hour below this never stands out. Defaults: one dollar; 500,000 tokens. */
  readonly minimumCost?: number;
  readonly minimumTokens?: number;
  readonly changes: readonly Change[];
}

const hourMs = 3_600_000;
const baselineHours = 14 * 24;
/** MAD of a normal distribution times this is its standard deviation. */
const madScale = 1.4826;
const deviations = 6;
const reachMs = 7 * 24 * hourMs;

interface Hour {
  readonly ms: number;
  readonly value: number;
}
interface Measure {
  readonly name: Spike["measure"];
  readonly of: (cell: Cell) => number;
  readonly minimum: number;
  readonly floor: number;
}

/** In order of time. Hours next to one another are one spike. */
export function findSpikes(cells: readonly Cell[], options: SpikeOptions): readonly Spike[] {
  const money: Measure = {
    name: "cost",
    of: (cell) => dollars(cell.tally.nano),
    minimum: options.minimumCost ?? 1,
    floor: 0.01,
  };
  const tokens: Measure = {
    name: "tokens",
    of: (cell) => cell.tally.unpricedTokens,
    minimum: options.minimumTokens ?? 500_000,
    floor: 1000,
  };
  const timed = cells.filter((cell) => cell.hour !== "");
  return [...spikesBy(money, timed, options), ...spikesBy(tokens, timed, options)].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );
}

function spikesBy(measure: Measure, cells: readonly Cell[], options: SpikeOptions): readonly Spike[] {
  const sums = new Map<number, number>();
  for (const cell of cells) {
    const ms = Date.parse(cell.hour);
    sums.set(ms, (sums.get(ms) ?? 0) + measure.of(cell));
  }
  const hours = [...sums].map(([ms, value]) => ({ ms, value })).sort((a, b) => a.ms - b.ms);
  const first = hours[0]?.ms ?? 0;
  const groups: { hours: Hour[]; baseline: number }[] = [];
  hours.forEach((hour, i) => {
    const { median, limit } = expected(hours.slice(0, i), hour.ms, first, measure);
    if (hour.value <= limit) return;
    const open = groups.at(-1);
    const follows = open?.hours.at(-1)?.ms === hour.ms - hourMs;
    if (open !== undefined && follows) open.hours.push(hour);
    else groups.push({ hours: [hour], baseline: median });
  });
  return groups.map(({ hours: of, baseline }) => describe(measure, of, baseline, cells, options));
}

/**
 * Median and limit over the 14 days before. Hours without spending count as zero; spiking ones count, too: the median
 * bears them, and a level that stays becomes the new normal. With less than a day of history little can be said, and an
 * hour has to be ten times the minimum.
 */
function expected(
  before: readonly Hour[],
  now: number,
  first: number,
  measure: Measure,
): { readonly median: number; readonly limit: number } {
  const from = Math.max(first, now - baselineHours * hourMs);
  const known = before.filter((hour) => hour.ms >= from).map((hour) => hour.value);
  const length = Math.max(known.length, Math.round((now - from) / hourMs));
  const values = [...known, ...Array.from({ length: length - known.length }, () => 0)];
  const median = medianOf(values);
  const mad = medianOf(values.map((value) => Math.abs(value - median)));
  const minimum = length < 24 ? measure.minimum * 10 : measure.minimum;
  return { median, limit: Math.max(minimum, 3 * median, median + deviations * madScale * mad) };
}

function medianOf(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function describe(
  measure: Measure,
  hours: readonly Hour[],
  baseline: number,
  cells: readonly Cell[],
  options: SpikeOptions,
): Spike {
  const start = hours[0]?.ms ?? 0;
  const end = hours.at(-1)?.ms ?? start;
  const inside = cells.filter((cell) => Date.parse(cell.hour) >= start && Date.parse(cell.hour) <= end);
  const dearest = hours.reduce((most, hour) => Math.max(most, hour.value), 0);
  const change = nearest(options.changes, start);
  return {
    at: new Date(start).toISOString(),
    until: new Date(end).toISOString(),
    hours: hours.length,
    cost: dollars(inside.reduce((sum, cell) => sum + cell.tally.nano, 0)),
    tokens: inside.reduce((sum, cell) => sum + tokensOf(cell), 0),
    measure: measure.name,
    baseline,
    factor: Math.round((dearest / Math.max(baseline, measure.floor)) * 10) / 10,
    topContributors: contributors(measure, inside),
    ...(change === undefined ? {} : { nearestChange: change }),
  };
}

function tokensOf({ tally }: Cell): number {
  return tally.input + tally.output + tally.cacheRead + tally.cacheWrite;
}

/** The last change before the spike's first hour was over, at most a week back. */
function nearest(changes: readonly Change[], start: number): Change | undefined {
  let best: Change | undefined;
  for (const change of changes) {
    const ms = Date.parse(change.at);
    if (!(ms < start + hourMs && ms > start - reachMs)) continue;
    if (best === undefined || ms > Date.parse(best.at)) best = change;
  }
  return best;
}

function contributors(measure: Measure, cells: readonly Cell[]): readonly Contributor[] {
  const total = cells.reduce((sum, cell) => sum + measure.of(cell), 0);
  return (["trigger", "session", "model"] as const).flatMap((kind) => {
    const groups = Map.groupBy(cells, (cell) => cell[kind]);
    return [...groups]
      .map(([key, of]) => ({
        kind,
        key,
        cost: dollars(of.reduce((sum, cell) => sum + cell.tally.nano, 0)),
        tokens: of.reduce((sum, cell) => sum + tokensOf(cell), 0),
        share:
          total === 0
            ? 0
            : Math.round((of.reduce((sum, cell) => sum + measure.of(cell), 0) / total) * 1000) / 1000,
      }))
      .sort((a, b) => b.share - a.share || (a.key < b.key ? -1 : 1))
      .slice(0, 3);
  });
}
