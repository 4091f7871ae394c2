/**
 * Collecting beside UAC, side by side in one run on this machine: `npm run bench:collect -- --uac FOLDER`, with FOLDER a checkout of
 * github.com/tclahr/uac. Rows: a bodyfile of 50,000 entries; 500 processes; the profile ir_triage beside `claw-ir collect` on a
 * planted host (as root, in namespaces of its own: nothing outside is changed). What is not there is said and left out.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { bodyfileRows } from "./collect/bodyfile.ts";
import { processRows } from "./collect/processes.ts";
import { type Row, rowsText } from "./collect/rows.ts";
import { triageRows } from "./collect/triage.ts";

const { values } = parseArgs({
  options: {
    uac: { type: "string" },
    rounds: { type: "string", default: "5" },
    only: { type: "string", default: "bodyfile,processes,triage" },
  },
});
const parts = new Set(values.only.split(","));
const plan = { rounds: Number(values.rounds), ...(values.uac === undefined ? {} : { uac: values.uac }) };

console.log(`medians of ${plan.rounds}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`);
if (plan.uac === undefined) console.log("without --uac FOLDER there is nothing to compare with");
const rows: Row[] = [];
if (parts.has("bodyfile")) rows.push(...bodyfileRows(plan));
if (parts.has("processes")) rows.push(...(await processRows(plan)));
if (parts.has("triage")) rows.push(...triageRows(plan));
console.log(rowsText(rows));
console.log(`load at the end ${loadavg()[0]?.toFixed(1)}`);
