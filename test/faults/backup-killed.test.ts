import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { verifyArchive } from "../../src/archive/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { oldKey } from "../commands/backup-setting.ts";

const script = fileURLToPath(new URL("../fixtures/backup/create-until-killed.ts", import.meta.url));
const rounds = 40;

async function stateIn(home: string): Promise<void> {
  const state = join(home, ".openclaw");
  await mkdir(join(state, "state"), { recursive: true, mode: 0o700 });
  await writeFile(join(state, "openclaw.json"), "{}");
  for (let file = 0; file < 40; file += 1)
    await writeFile(join(state, `note-${file}.md`), `PLAIN-TEXT-FAKE ${"x".repeat(20_000)}`);
  // Does not compress: writing the archive takes a while, on any machine.
  await writeFile(join(state, "picture.bin"), randomBytes(8 * 1024 * 1024));
  const db = new Database(join(state, "state", "openclaw.sqlite"));
  db.exec("CREATE TABLE t(a)");
  db.close();
}

/** Has made a backup and pruned, in spite of whatever the one before it was killed in. */
async function started(home: string, dataDir: string, children: ChildProcess[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, home, dataDir], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const first = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  // It goes on meanwhile: a slow reader gets several at once.
  expect(String(first[0]), said).toMatch(/^ready\n/);
  return child;
}

const unfinished = /\.(?:partial|pruned)$/;

/** Until something unfinished lies there: the moment when a kill leaves a remnant, unless the file is finished just then. */
async function inTheMiddle(backups: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && !(await readdir(backups)).some((name) => unfinished.test(name)))
    await pause(1);
}

/** Every archive under its final name is described and whole. */
async function allWhole(backups: string): Promise<number> {
  const names = await readdir(backups).catch(() => []);
  const archives = names.filter((name) => name.endsWith(".gpg"));
  for (const name of archives) {
    const result = await verifyArchive(diskHost(), join(backups, name));
    expect(result.verified, name).toBe(true);
  }
  return archives.length;
}

it(`killed ${rounds} times while it makes and prunes backups: what is there is whole, and the next run goes on`, async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "claw-ir-killed-")));
  const children: ChildProcess[] = [];
  try {
    const [home, dataDir] = [join(folder, "home"), join(folder, "data")];
    const backups = join(dataDir, "backups");
    await stateIn(home);
    await mkdir(join(dataDir, "keys"), { recursive: true, mode: 0o700 });
    await writeFile(join(dataDir, "keys", "key.asc"), (await oldKey()).publicKey);
    let left: readonly string[] = [];
    let remnants = 0;
    for (let round = 0; round < rounds; round += 1) {
      const child = await started(home, dataDir, children);
      const ended = once(child, "exit");
      const now = await readdir(backups);
      expect(
        left.filter((name) => now.includes(name)),
        "left by the one before",
      ).toEqual([]);
      await pause(Math.floor(Math.random() * 500));
      if (round % 2 === 1) await inTheMiddle(backups, child);
      expect(child.exitCode, "it ended by itself").toBeNull();
      child.kill("SIGKILL");
      await ended;
      await allWhole(backups);
      left = (await readdir(backups)).filter((name) => unfinished.test(name));
      remnants += left.length;
    }
    expect(await allWhole(backups)).toBeGreaterThan(0);
    expect(remnants, "no kill ever met a run in the middle").toBeGreaterThan(0);
    const all = await readdir(dataDir, { recursive: true });
    for (const name of all) {
      const path = join(dataDir, name);
      if (!(await stat(path)).isFile()) continue;
      expect((await readFile(path)).includes("PLAIN-TEXT-FAKE"), name).toBe(false);
    }
  } finally {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  }
});
