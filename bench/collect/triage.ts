import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Plan, Row } from "./rows.ts";

const script = fileURLToPath(new URL("planted-host.sh", import.meta.url));
const program = fileURLToPath(new URL("../../bin/claw-ir.js", import.meta.url));
const plant = fileURLToPath(new URL("../../test/locations/plant.ts", import.meta.url));

/**
 * Both on one planted host, once each: a tree of this machine's own programs with a home, configuration and persistence of the
 * test's in front of it, visible in namespaces of its own only. UAC's modifiers stay off, as they are by default.
 */
export function triageRows({ uac }: Plan): readonly Row[] {
  if (uac === undefined) return [];
  if (process.getuid?.() !== 0) {
    console.log("the planted host needs root: left out");
    return [];
  }
  const work = mkdtempSync(join(tmpdir(), "claw-bench-"));
  try {
    const args = [script, resolve(uac), process.execPath, program, plant, work];
    const result = spawnSync(
      "unshare",
      ["--mount", "--pid", "--fork", "--mount-proc", "--uts", "sh", ...args],
      {
        stdio: ["ignore", "inherit", "inherit"],
      },
    );
    if (result.status !== 0) throw new Error(`the planted host ended with ${result.status}`);
    const time = (name: string): number => Number(readFileSync(join(work, name), "utf8")) * 1000;
    const note = (name: string): string => readFileSync(join(work, name), "utf8").trim();
    const first = time("uac.seconds");
    return [
      {
        what: "triage of a planted host",
        who: "uac -p ir_triage -f tar",
        ms: first,
        ratio: 1,
        note: note("uac.note"),
      },
      {
        what: "triage of a planted host",
        who: "claw-ir collect --full",
        ms: time("claw.seconds"),
        ratio: time("claw.seconds") / first,
        note: note("claw.note"),
      },
    ];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
