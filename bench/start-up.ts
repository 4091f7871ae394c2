/**
 * How long claw-ir takes to say its version and its help, beside a Node that does nothing: whole processes, in turn, in one
 * run, so that the ratio holds when the machine's speed drifts. `npm run build` first; then `npm run bench`.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const rounds = 21;
const bin = fileURLToPath(new URL("../bin/claw-ir.js", import.meta.url));
const commands = {
  "node -e 0": ["-e", "0"],
  "claw-ir --version": [bin, "--version"],
  "claw-ir --help": [bin, "--help"],
} as const;

function timeOf(args: readonly string[]): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} exited with ${String(status)}`);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const times = Object.fromEntries(Object.keys(commands).map((name) => [name, [] as number[]]));
for (let round = 0; round <= rounds; round++) {
  for (const [name, args] of Object.entries(commands)) {
    const ms = timeOf(args);
    // The first round only warms the file cache.
    if (round > 0) times[name]?.push(ms);
  }
}
const base = median(times["node -e 0"] ?? []);
console.log(`start-up, median of ${rounds} runs each, Node ${process.versions.node}`);
for (const [name, values] of Object.entries(times)) {
  const ms = median(values);
  console.log(`${name.padEnd(20)} ${ms.toFixed(1).padStart(7)} ms  ${(ms / base).toFixed(2)} x`);
}
