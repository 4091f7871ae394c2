/**
 * The proof that collecting changes nothing: the built program under strace, and a listing of the examined home before and after.
 * Every file there was last read before it was last written, so that a reading that is not asked to be silent would show.
 */
import {
  cpSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { plantDisk, type Planted } from "../locations/planted.ts";
import { listTree } from "../support/tree-listing.ts";
import { hasStrace, traced, type Traced } from "./strace.ts";

const program = fileURLToPath(new URL("../../bin/claw-ir.js", import.meta.url));

let base: string;
let disk: Planted;
let dataDir: string;

beforeEach(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-quiet-")));
  onTestFinished(() => {
    rmSync(base, { recursive: true, force: true });
  });
  disk = await plantDisk(join(base, "disk"));
  dataDir = join(base, "data");
  mkdirSync(dataDir, { mode: 0o700 });
  leaveWal(join(disk.home, ".openclaw/state/openclaw.sqlite"));
  backdate(disk.root);
});

/** A database as a gateway that was killed leaves it: the newest rows are in its -wal only. */
function leaveWal(path: string): void {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("wal_autocheckpoint = 0");
  db.exec("CREATE TABLE planted (x); INSERT INTO planted VALUES (1)");
  const ends = ["", "-wal", "-shm"];
  for (const end of ends) cpSync(path + end, `${path}${end}.kept`);
  db.close();
  for (const end of ends) cpSync(`${path}${end}.kept`, path + end);
  for (const end of ends) rmSync(`${path}${end}.kept`);
}

function backdate(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) backdate(inner);
    lutimesSync(inner, new Date("2026-11-01T00:00:00Z"), new Date("2026-11-02T00:00:00Z"));
  }
}

function collect(...args: readonly string[]): Traced {
  const argv = [program, "collect", "--data-dir", dataDir, "--non-interactive", "--json", ...args];
  return traced([process.execPath, ...argv], {
    cwd: base,
    env: { HOME: disk.home, PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8" },
    log: join(base, "strace.log"),
  });
}

/** Neither a file nor anything that keeps what is written to it. */
const nowhere = /^\/dev\/(?:null|tty|pts\/\d+)$|^(?:pipe|socket|anon_inode):/;

function outside({ changes }: Traced): readonly string[] {
  return changes
    .filter(({ path }) => path !== dataDir && !path.startsWith(`${dataDir}/`) && !nowhere.test(path))
    .map(({ call }) => call);
}

interface Collected {
  readonly artifacts: readonly { readonly id: string; readonly outcome: string; readonly records: number }[];
}

function artifactsOf({ stdout }: Traced): Collected["artifacts"] {
  return (JSON.parse(stdout) as Collected).artifacts;
}

/** Programs of the system that collectors may ask on a live host; each only tells, and none is given anything of the home. */
const mayRun =
  /^\/(?:usr\/(?:local\/)?)?s?bin\/(?:crontab|git|journalctl|systemctl|timedatectl|docker|podman|nft|iptables-save|bpftool|rpm|getcap|tailscale|wg)$/;

describe.skipIf(!hasStrace)("a whole collect", () => {
  it("of a live home writes to its data folder only, and runs nothing of the home", () => {
    const before = listTree(disk.root);
    expect(Object.keys(before).filter((path) => /openclaw\.sqlite-(?:wal|shm)$/.test(path))).toHaveLength(2);
    const run = collect();
    expect(artifactsOf(run).find(({ id }) => id === "sessions")?.records).toBeGreaterThan(0);
    expect(outside(run)).toEqual([]);
    expect(run.programs[0]?.[0]).toBe(process.execPath);
    expect(run.programs.slice(1).filter(([path = ""]) => !mayRun.test(path))).toEqual([]);
    expect(run.signals).toEqual([]);
    expect(listTree(disk.root)).toEqual(before);
    expect(existsSync(join(dataDir, "cases"))).toBe(true);
  });

  it("of a mounted disk runs no other program at all", () => {
    const before = listTree(disk.root);
    const run = collect("--full", "--root", disk.root, "--home", disk.home);
    expect(artifactsOf(run).find(({ id }) => id === "sessions")?.records).toBeGreaterThan(0);
    expect(outside(run)).toEqual([]);
    expect(run.programs.map(([path]) => path)).toEqual([process.execPath]);
    expect(run.forks).toBe(0);
    expect(listTree(disk.root)).toEqual(before);
  });
});

describe.skipIf(!hasStrace)("the proof itself", () => {
  it("sees a write, a removal, a program and a reading that is not silent", () => {
    const before = listTree(disk.root);
    const script = [
      'const fs = require("node:fs");',
      'fs.readFileSync(process.argv[1] + "/.bashrc");',
      'fs.writeFileSync(process.argv[1] + "/new|file", "x");',
      'fs.rmSync(process.argv[1] + "/.profile");',
      'require("node:child_process").execFileSync("/bin/true");',
    ].join("\n");
    const run = traced([process.execPath, "-e", script, disk.home], {
      cwd: base,
      env: { HOME: disk.home, PATH: process.env["PATH"] ?? "" },
      log: join(base, "strace.log"),
    });
    expect(run.code).toBe(0);
    expect(run.changes.map(({ path }) => path)).toEqual(
      expect.arrayContaining([join(disk.home, "new|file"), join(disk.home, ".profile")]),
    );
    expect(run.programs.map(([path]) => path)).toContain("/bin/true");
    expect(run.forks).toBe(1);
    const after = listTree(disk.root);
    expect(after["/home/claw/.bashrc"]).not.toBe(before["/home/claw/.bashrc"]);
    expect(after["/home/claw/.profile"]).toBeUndefined();
  });
});
