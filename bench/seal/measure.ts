/** Whole processes and pipelines, run to their end: wall time, CPU time of all of them, and the peak of the largest. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly peakMb: number;
}

export interface Run {
  readonly name: string;
  /** A shell line; run by bash with pipefail in the work folder. */
  readonly script: string;
  /** Before each run, not measured. */
  readonly before?: () => void;
  readonly env?: Readonly<Record<string, string>>;
}

/** GNU time: "%e %U %S %M", of the shell and everything that it waited for. */
export function measure(work: string, { script, before, env, name }: Run): Measured {
  before?.();
  const report = join(work, "time");
  const line = ["-f", "%e %U %S %M", "-o", report, "bash", "-o", "pipefail", "-ec", script];
  const { status, stderr } = spawnSync("/usr/bin/time", line, {
    cwd: work,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0)
    throw new Error(`${name} ended with ${String(status)}: ${stderr.toString().slice(-2000)}`);
  const [wall = 0, user = 0, system = 0, peak = 0] = readFileSync(report, "utf8")
    .trim()
    .split(" ")
    .map(Number);
  rmSync(report);
  return { wall, cpu: user + system, peakMb: Math.round(peak / 1024) };
}

/** A B A B …, so that a machine that slows down slows all of them. */
export function inTurn(work: string, runs: readonly Run[], rounds: number): Map<string, Measured[]> {
  const times = new Map<string, Measured[]>(runs.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const run of runs) {
      const measured = measure(work, run);
      times.get(run.name)?.push(measured);
      process.stderr.write(
        `  ${run.name}: ${measured.wall.toFixed(2)} s, CPU ${measured.cpu.toFixed(2)} s\n`,
      );
    }
  }
  return times;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function medianOf(runs: readonly Measured[] = []): Measured {
  return {
    wall: median(runs.map(({ wall }) => wall)),
    cpu: median(runs.map(({ cpu }) => cpu)),
    peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)),
  };
}

export function installed(program: string): boolean {
  return spawnSync("which", [program], { stdio: "ignore" }).status === 0;
}
