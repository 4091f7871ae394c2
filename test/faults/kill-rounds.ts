/** The same command again and again: killed at one moment after the other, and run once more after each kill. */
import { expect } from "vitest";
import { type Ended, type Moment, run, type Stage } from "./kill-stage.ts";

export interface Rounds {
  readonly at: Stage;
  /** Runs that have to be killed; those that end before do not count. */
  readonly kills: number;
  readonly seed: number;
  readonly command: readonly string[];
  /** Every third kill comes with a change in one of these folders, because the moments between two renames are short. */
  readonly watched: readonly string[];
  /** Before each of the killed runs. */
  readonly prepare: () => void | Promise<void>;
  readonly afterKill: (killed: Ended) => void | Promise<void>;
  /** Before the run that follows a kill: what a person would do. */
  readonly between?: () => void | Promise<void>;
  /** After that run. */
  readonly afterNext: (next: Ended) => void | Promise<void>;
}

/** Numbers 0 ≤ x < 1, the same ones for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How long the last few runs took, as other tests slow this one down now more and now less. */
function usualMs(runs: readonly Ended[]): number {
  const times = runs.slice(-5).map(({ ms }) => ms);
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

interface Known {
  readonly round: number;
  readonly kills: number;
  readonly startMs: number;
  readonly runs: readonly Ended[];
  readonly random: () => number;
}

/** The first at once, the last with the end of the run; between them over the start-up, the work, and what changes. */
function momentOf({ round, kills, startMs, runs, random }: Known): Moment {
  const workMs = Math.max(usualMs(runs) - startMs, 0);
  const changes = runs.at(-1)?.changes ?? 0;
  if (round === 0) return { afterMs: 0 };
  if (round % 9 === 4) return { afterMs: random() * startMs };
  if (round % 9 === 8) return { afterMs: startMs + workMs * (0.9 + random() * 0.1) };
  if (round % 3 === 2 && changes > 0) return { changes: 1 + Math.floor(random() * changes) };
  return { afterMs: startMs + (workMs * ((round % kills) + random())) / kills };
}

export async function rounds(plan: Rounds): Promise<void> {
  const { at, kills, command, watched } = plan;
  const random = dice(plan.seed);
  const { ms: startMs } = await run(at, ["--version"]);
  await plan.prepare();
  const runs = [await run(at, command, { watched })];
  for (let killed = 0, round = 0; killed < kills; round += 1) {
    expect(round, "most runs ended before they could be killed").toBeLessThan(kills * 6);
    await plan.prepare();
    const kill = momentOf({ round, kills, startMs: startMs * 0.8, runs, random });
    const ended = await run(at, command, { kill, watched });
    if (ended.code === null) killed += 1;
    await plan.afterKill(ended);
    await plan.between?.();
    const next = await run(at, command, { watched });
    await plan.afterNext(next);
    runs.push(next);
  }
}
