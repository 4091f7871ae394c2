import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { inTurn, must, type Plan, type Row, type Side } from "./rows.ts";

const one = fileURLToPath(new URL("one.ts", import.meta.url));
const count = 500;

/** What UAC collects of processes, without the programs' hashes and strings, which are other collectors here. */
const artifacts = ["ps", "procfs_information"].map((name) => `live_response/process/${name}.yaml`).join();

/** 500 processes that only wait, ended by their numbers. */
export async function processRows({ rounds, uac }: Plan): Promise<readonly Row[]> {
  const work = mkdtempSync(join(tmpdir(), "claw-bench-"));
  const waiting = Array.from({ length: count }, () => spawn("sleep", ["3600"], { stdio: "ignore" }));
  try {
    await Promise.all(waiting.map((child) => new Promise((resolve) => child.once("spawn", resolve))));
    const home = join(work, "home");
    mkdirSync(home);
    let records = 0;
    const collector = (): number => {
      const said = JSON.parse(must([process.execPath, one, "processes", "/", home, join(work, "data")])) as {
        readonly ms: number;
        readonly records: number;
      };
      records = said.records;
      return said.ms;
    };
    const note = (): string => `${records} processes`;
    const what = `processes, ${count} more`;
    // Minutes where ours are seconds: once is enough.
    const other = uac === undefined ? [] : inTurn(what, [uacSide(uac, work)], 0);
    const sides: Side[] = [
      { who: "claw-ir, one process with this collector alone", run: () => void collector(), note },
      { who: "claw-ir, the collector within a run", run: collector, note },
    ];
    return [...other, ...inTurn(what, sides, rounds).map((row) => ratioTo(other[0], row))];
  } finally {
    for (const child of waiting) child.kill("SIGKILL");
    rmSync(work, { recursive: true, force: true });
  }
}

function ratioTo(first: Row | undefined, row: Row): Row {
  return first === undefined ? row : { ...row, ratio: row.ms / first.ms };
}

function uacSide(uac: string, work: string): Side {
  return {
    who: "uac -a ps,procfs_information -f none",
    run: () => {
      const [out, temp] = [join(work, "uac-out"), join(work, "uac-temp")];
      for (const folder of [out, temp]) {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder);
      }
      must([join(uac, "uac"), "-u", "-a", artifacts, "-f", "none", "-o", "case", "--temp-dir", temp, out], {
        cwd: uac,
      });
      return undefined;
    },
  };
}
