/**
 * Sealing beside what people do without claw-ir: every row of docs/performance.md in one run, in turn, as medians.
 * `npm run bench:seal [-- --scale 0.1 --rounds 1 --only seal,open,memory,small]`; scale 1 is about 1.1 GiB and takes a quarter
 * of an hour. What is not installed is said and left out.
 */
import { parseArgs } from "node:util";
import { loadavg } from "node:os";
import { makeTree } from "./seal/tree.ts";
import { memoryRows, openRows, sealRows, smallRows } from "./seal/rows.ts";
import { setUp } from "./seal/setting.ts";
import { tableText } from "./seal/table.ts";
import { join } from "node:path";

const { values } = parseArgs({
  options: {
    scale: { type: "string", default: "1" },
    rounds: { type: "string", default: "3" },
    only: { type: "string", default: "seal,open,small,memory" },
  },
});
const scale = Number(values.scale);
const rounds = Number(values.rounds);
const parts = new Set(values.only.split(","));

const setting = setUp(8 * 1024 ** 3 * Math.max(scale, 0.1));
process.once("exit", () => {
  setting.close();
});
process.once("SIGINT", () => process.exit(130));

console.log(
  `scale ${scale}, medians of ${rounds}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`,
);
if (parts.has("seal") || parts.has("open")) makeTree(join(setting.work, "tree"), scale);
const plan = { setting, scale, rounds };
const rows = [
  ...(parts.has("seal") ? sealRows(plan) : []),
  ...(parts.has("open") ? openRows(plan) : []),
  ...(parts.has("small") ? smallRows(plan) : []),
  ...(parts.has("memory") ? memoryRows(plan) : []),
];
console.log(tableText(rows));
console.log(`load at the end ${loadavg()[0]?.toFixed(1)}`);
process.exitCode = rows.some((row) => row.good === false) ? 1 : 0;
