/** Disks that are full or fill up, real ones: the program says so, ends with 1, and leaves nothing. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statfsSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { plaintextIn, untouched } from "./kill-checks.ts";
import { run, stage, type Stage } from "./kill-stage.ts";

let at: Stage;
let disk: string;
let isMounted: boolean;

beforeEach(async () => {
  at = await stage();
  disk = join(at.base, "disk");
  mkdirSync(disk);
  isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk]).status === 0;
  onTestFinished(() => {
    if (isMounted) execFileSync("umount", [disk]);
  });
  // So much that an archive does not fit where a megabyte is free.
  writeFileSync(join(at.stateDir, "workspace", "picture"), randomBytes(3_000_000));
});

const ballast = (): string => join(disk, "ballast");

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
}

/** Takes up space until no more than `free` bytes are left. */
function leaveFree(free: number): void {
  rmSync(ballast(), { force: true });
  const size = freeBytes() - free;
  if (size > 0) execFileSync("fallocate", ["-l", String(size), ballast()]);
  expect(freeBytes()).toBeLessThanOrEqual(free);
}

/** The same with its data folder on the small disk. */
function onDisk(): Stage {
  const dataDir = join(disk, "data");
  cpSync(at.dataDir, dataDir, { recursive: true });
  chmodSync(dataDir, 0o700);
  return { ...at, dataDir };
}

function rest(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

const stages = [0, 4096, 65_536, 1 << 20, 2 << 20, 3 << 20] as const;

async function archiveOf(): Promise<string> {
  const archive = join(at.base, "kept.tar.zst.gpg");
  const made = await run(at, ["backup", "create", "-o", archive]);
  expect(made.code, made.err).toBe(0);
  return archive;
}

describe("backup create", () => {
  test.for(["zstd", "gzip"])(
    "%s into a data folder where too little is free",
    async (compression, { skip }) => {
      if (!isMounted) skip("a tmpfs may not be mounted here");
      const there = onDisk();
      const before = [at.stateDir, at.canary].map(untouched);
      for (const free of stages) {
        leaveFree(free);
        const failed = await run(there, ["backup", "create", "--compression", compression, "--json"]);
        expect(failed.code, `${free} bytes free: ${failed.err}`).toBe(1);
        expect(failed.err).toMatch(/no space|disk is full/);
        expect(failed.out).toBe("");
        expect(rest(join(there.dataDir, "backups")).filter((name) => name !== "catalog.json")).toEqual([]);
        expect(rest(there.dataDir).filter((name) => /partial$|lock$|^verify-/.test(name))).toEqual([]);
        expect(plaintextIn(at, [])).toEqual([]);
        expect([at.stateDir, at.canary].map(untouched)).toEqual(before);
      }
      rmSync(ballast());
      const made = await run(there, ["backup", "create", "--compression", compression, "--json"]);
      expect(made.code, made.err).toBe(0);
    },
  );

  test("-o to a full disk", async ({ skip }) => {
    if (!isMounted) skip("a tmpfs may not be mounted here");
    for (const free of stages) {
      leaveFree(free);
      const failed = await run(at, ["backup", "create", "-o", join(disk, "x.tar.zst.gpg"), "--json"]);
      expect(failed.code, `${free} bytes free: ${failed.err}`).toBe(1);
      expect(failed.err).toMatch(/no space|disk is full/);
      expect(rest(disk).filter((name) => name !== "ballast")).toEqual([]);
    }
  });
});

test("backup prune on a full disk removes nothing or the right ones, and the next one ends it", async ({
  skip,
}) => {
  if (!isMounted) skip("a tmpfs may not be mounted here");
  rmSync(join(at.stateDir, "workspace", "picture"));
  const there = onDisk();
  for (let each = 0; each < 3; each += 1) expect((await run(there, ["backup", "create"])).code).toBe(0);
  const answers = join(at.base, "answers.json");
  writeFileSync(answers, '{"backup.prune": true}');
  const command = ["backup", "prune", "--keep-last", "1", "--answers", answers, "--json"];
  const archives = (): readonly string[] =>
    rest(join(there.dataDir, "backups")).filter((name) => name.endsWith(".gpg"));
  const newest = archives().at(-1);
  leaveFree(0);
  const failed = await run(there, command);
  expect(failed.code, failed.err).toBe(1);
  expect(failed.err).toMatch(/no space|disk is full/);
  expect(archives()).toHaveLength(3);
  rmSync(ballast());
  const done = await run(there, command);
  expect(done.code, done.err).toBe(0);
  expect(archives()).toEqual([newest]);
});

describe("restore and drill", () => {
  test("restore --target to a full disk", async ({ skip }) => {
    if (!isMounted) skip("a tmpfs may not be mounted here");
    const archive = await archiveOf();
    for (const free of stages) {
      leaveFree(free);
      const target = join(disk, "target");
      const failed = await run(at, [
        "restore",
        archive,
        "--target",
        target,
        "--private-key",
        at.privateKey,
        "--json",
      ]);
      expect(failed.code, `${free} bytes free: ${failed.err}`).toBe(1);
      expect(failed.err).toMatch(/are free|no space|nothing can be written/);
      expect(rest(disk).filter((name) => name !== "ballast")).toEqual([]);
      expect(plaintextIn(at, [])).toEqual([]);
    }
  });

  test("drill --scratch on a full disk", async ({ skip }) => {
    if (!isMounted) skip("a tmpfs may not be mounted here");
    const archive = await archiveOf();
    for (const free of [0, 65_536, 1 << 20]) {
      leaveFree(free);
      const failed = await run(at, drillOf(archive));
      expect(failed.code, `${free} bytes free: ${failed.err}`).toBe(1);
      expect(failed.err).toMatch(/are free|no space/);
      expect(rest(disk).filter((name) => name !== "ballast")).toEqual([]);
    }
  });

  test("drill on a disk that fills up on the way", async ({ skip }) => {
    if (!isMounted) skip("a tmpfs may not be mounted here");
    execFileSync("mount", ["-o", "remount,size=400m", disk]);
    writeFileSync(join(at.stateDir, "workspace", "film"), randomBytes(80_000_000));
    const archive = await archiveOf();
    const watcher = watch(disk, (_, name) => {
      if (name?.startsWith("scratch-drill-") === true && !existsSync(ballast())) fill();
    });
    onTestFinished(() => {
      watcher.close();
    });
    // On a busy machine the ballast may come too late: then the drill passes, and there is another try.
    let failed = await run(at, drillOf(archive));
    for (let again = 0; again < 5 && failed.code === 0; again += 1) {
      rmSync(ballast(), { force: true });
      failed = await run(at, drillOf(archive));
    }
    expect(failed.code, failed.err).toBe(1);
    expect(failed.err).toMatch(/no space left/);
    expect(rest(disk).filter((name) => name !== "ballast")).toEqual([]);
    expect(plaintextIn(at, [])).toEqual([]);
  });
});

function drillOf(archive: string): readonly string[] {
  return ["drill", archive, "--scratch", disk, "--no-gateway", "--private-key", at.privateKey, "--json"];
}

/** All but a megabyte, at once. */
function fill(): void {
  spawnSync("fallocate", ["-l", String(freeBytes() - (1 << 20)), ballast()]);
}
