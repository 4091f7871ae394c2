import { type SpawnSyncOptions, spawnSync } from "node:child_process";

export interface Plan {
  readonly rounds: number;
  /** A checkout of UAC. */
  readonly uac?: string;
}

export interface Row {
  readonly what: string;
  readonly who: string;
  /** Median of the wall times. */
  readonly ms: number;
  /** Against the first row of the same `what`. */
  readonly ratio?: number;
  readonly note?: string;
}

export interface Side {
  readonly who: string;
  /** One run; gives its time where that is not the wall time of the call. */
  readonly run: () => number | undefined;
  readonly note?: () => string;
}

/** Every side once in turn, as often as asked for: when the machine's speed drifts, it drifts for all. */
export function inTurn(what: string, sides: readonly Side[], rounds: number): readonly Row[] {
  const times = sides.map((): number[] => []);
  // The first round only warms the file cache, unless it is the only one.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [i, side] of sides.entries()) {
      const began = performance.now();
      const own = side.run();
      const ms = own ?? performance.now() - began;
      if (round > 0 || rounds === 0) times[i]?.push(ms);
    }
  }
  const medians = times.map(median);
  return sides.map(({ who, note }, i) => ({
    what,
    who,
    ms: medians[i] ?? Number.NaN,
    ratio: (medians[i] ?? Number.NaN) / (medians[0] ?? Number.NaN),
    ...(note === undefined ? {} : { note: note() }),
  }));
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Runs a program to its end; throws when it fails. */
export function must(argv: readonly string[], options: SpawnSyncOptions = {}): string {
  const [program = "", ...args] = argv;
  const result = spawnSync(program, args, { maxBuffer: 256 << 20, ...options, encoding: "utf8" });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0)
    throw new Error(`${argv.join(" ")} exited with ${result.status}: ${result.stderr}`);
  return result.stdout;
}

export function rowsText(rows: readonly Row[]): string {
  return rows
    .map(({ what, who, ms, ratio, note }) => {
      const times = ratio === undefined ? "" : `${ratio.toFixed(2)} x`;
      return `${what.padEnd(24)} ${who.padEnd(46)} ${(ms / 1000).toFixed(2).padStart(8)} s ${times.padStart(8)}  ${note ?? ""}`.trimEnd();
    })
    .join("\n");
}
