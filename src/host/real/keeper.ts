/**
 * A program of its own, started beside claw-ir: as soon as that is gone, whatever ended it, it ends every process that was
 * started for the scratch folder and removes the folder, so that no plain text outlives a kill -9. Arguments: the pid of
 * claw-ir, the folder. Processes are known by CLAW_IR_SCRATCH=FOLDER in their environment, or by FOLDER/drill.json.
 */
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, unlinkSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { at, num, parseJson, strings } from "../../model/json.ts";

const owner = Number(process.argv[2]);
const folder = process.argv[3] ?? "";
const record = join(folder, "drill.json");
const tickMs = 200;
const rounds = 100;

while (process.ppid === owner) {
  await pause(tickMs);
  if (!existsSync(folder)) process.exit(0);
}
await clean();

async function clean(): Promise<void> {
  const told: unknown = parseJson(textOf(record));
  for (let round = 0; round < rounds && endAll(num(at(told, "gateway", "pid"))); round += 1) await pause(50);
  for (const path of strings(at(told, "traces"))) removeEmpty(path);
  // Something may still write into it while it is being removed.
  for (let round = 0; round < 5 && existsSync(folder); round += 1) {
    openFolders(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Kills what is left of the family; false if there was nothing. */
function endAll(leader: number | undefined): boolean {
  const pids = marked();
  if (!existsSync("/proc/self/environ") && leader !== undefined && leader > 1) return kill(-leader);
  return pids.filter((pid) => kill(pid)).length > 0;
}

function marked(): readonly number[] {
  const wanted = `CLAW_IR_SCRATCH=${folder}`;
  return names("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => textOf(`/proc/${name}/environ`).split("\0").includes(wanted))
    .map(Number);
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

function removeEmpty(path: string): void {
  try {
    const stat = lstatSync(path);
    if (stat.isFile() && stat.size === 0) unlinkSync(path);
  } catch {
    // It was never made.
  }
}

/** Restored folders may forbid their own owner to change them. */
function openFolders(path: string): void {
  try {
    if (!lstatSync(path).isDirectory()) return;
    chmodSync(path, 0o700);
  } catch {
    return;
  }
  for (const name of names(path)) openFolders(join(path, name));
}

function names(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
