import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { inTurn, must, type Plan, type Row, type Side } from "./rows.ts";

const one = fileURLToPath(new URL("one.ts", import.meta.url));

/** 500 folders with 99 files each, and what leads to them: 50,024 entries. */
function plant(root: string): string {
  const home = join(root, "home/claw");
  for (let d = 0; d < 500; d += 1) {
    const folder = join(home, `d${Math.floor(d / 25)}`, `e${d}`);
    mkdirSync(folder, { recursive: true });
    for (let f = 0; f < 99; f += 1) writeFileSync(join(folder, `file-${f}.txt`), "");
  }
  return home;
}

interface One {
  readonly ms: number;
  readonly records: number;
  readonly path: string;
}

export function bodyfileRows({ rounds, uac }: Plan): readonly Row[] {
  const work = mkdtempSync(join(tmpdir(), "claw-bench-"));
  try {
    const root = join(work, "tree");
    const home = plant(root);
    const data = join(work, "data");
    let last: One | undefined;
    const collector = (): One => {
      last = JSON.parse(must([process.execPath, one, "bodyfile", root, home, data, "full"])) as One;
      return last;
    };
    const entries = (): string => `${last?.records ?? 0} entries`;
    const sides: Side[] = [
      ...(uac === undefined ? [] : uacSides(uac, root, work)),
      { who: "claw-ir, one process with this collector alone", run: () => void collector(), note: entries },
      { who: "claw-ir, the collector within a run", run: () => collector().ms, note: entries },
    ];
    return inTurn("bodyfile, 50,000 entries", sides, rounds);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function uacSides(uac: string, root: string, work: string): readonly Side[] {
  const out = join(work, "uac-out");
  const temp = join(work, "uac-temp");
  const statx = join(uac, "bin/linux/x86_64/statx");
  let lines = 0;
  const whole: Side = {
    who: "uac -a bodyfile/bodyfile.yaml -f none",
    run: () => {
      for (const folder of [out, temp]) {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder);
      }
      const options = ["-u", "-a", "bodyfile/bodyfile.yaml", "-m", root, "-s", "linux", "-f", "none"];
      must([join(uac, "uac"), ...options, "-o", "case", "--temp-dir", temp, out], { cwd: uac });
      lines = readFileSync(join(out, "case/bodyfile/bodyfile.txt"), "latin1").split("\n").length - 1;
      return undefined;
    },
    note: () => `${lines} lines`,
  };
  if (process.arch !== "x64" || !existsSync(statx)) return [whole];
  const pipeline = 'find "$1" -print0 | xargs -0 "$2" > "$3"';
  return [
    whole,
    {
      who: "the programs it runs for it: find, xargs, statx",
      run: () => void must(["sh", "-c", pipeline, "sh", root, statx, join(work, "statx.txt")]),
    },
  ];
}
