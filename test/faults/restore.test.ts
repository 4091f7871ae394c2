/** Restores that are killed, starved of space, and fed with archives of operators and of liars. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { extract as untar } from "tar";
import { expect, onTestFinished, test } from "vitest";
import { sealArchive } from "../../src/archive/index.ts";
import { restoreToFolder } from "../../src/recover/restore/index.ts";
import { swapFile } from "../../src/recover/restore/swap-journal.ts";
import { diskHost } from "../archive/disk-host.ts";
import { pass } from "../archive/sealing.ts";
import { realHost, requestFor } from "./restore-request.ts";

const child = fileURLToPath(new URL("./restore-child.ts", import.meta.url));
const nodeArgs = ["--no-warnings", "--experimental-strip-types", child];
const state = fileURLToPath(new URL("../fixtures/states/state-2026.9.6.tar.gz", import.meta.url));
const rounds = 40;

function folder(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), "claw-restore-f-")));
  onTestFinished(() => {
    rmSync(made, { recursive: true, force: true });
  });
  return made;
}

interface Home {
  readonly home: string;
  readonly stateDir: string;
  readonly archive: string;
}

/** `megabytes` of what does not compress, beside the real state. */
async function sealedHome(megabytes = 0): Promise<Home> {
  const home = folder();
  await untar({ file: state, cwd: home, preserveOwner: false, preservePaths: true });
  const stateDir = join(home, ".openclaw");
  for (let file = 0; file < 400; file += 1) writeFileSync(join(stateDir, `small-${file}`), `file ${file}`);
  for (let file = 0; file < megabytes; file += 1)
    writeFileSync(join(stateDir, `big-${file}`), randomBytes(1 << 20));
  writeFileSync(join(stateDir, "marker"), "of the archive");
  const { archive } = await sealArchive(diskHost(), {
    kind: "backup",
    roots: [{ real: stateDir, as: stateDir }],
    outFile: join(home, "backup.tar.zst.gpg"),
    recipients: [],
    passphrase: pass,
    meta: { hostname: "h", tool: "claw-ir 0.0.0", about: { home, stateDir, roots: [stateDir.slice(1)] } },
  });
  return { home, stateDir, archive };
}

function ended(process: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => process.once("close", (code) => resolve(code)));
}

interface Ran {
  /** Null where it was killed. */
  readonly code: number | null;
  /** From the moment it begins to work, its modules loaded. */
  readonly ms: number;
}

/** Starts a restore; kills it after so many milliseconds of work, or waits for its end. */
async function run(args: readonly string[], killAfterMs?: number): Promise<Ran> {
  const running = spawn(process.execPath, [...nodeArgs, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  const over = ended(running);
  await new Promise((resolve) => running.stdout.once("data", resolve));
  const since = performance.now();
  if (killAfterMs !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, killAfterMs));
    running.kill("SIGKILL");
  }
  return { code: await over, ms: performance.now() - since };
}

/** Staging folders, locks and swap records, each with what is in it. */
function leftIn(home: string): readonly string[] {
  return readdirSync(home, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.includes(".claw-ir-restore"),
  );
}

function treeHash(root: string): string {
  const hash = createHash("sha256");
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true }).toSorted((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    const path = join(entry.parentPath, entry.name);
    hash.update(path.slice(root.length));
    if (entry.isFile() && !/-(?:wal|shm)$/.test(path)) hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

test(`kill -9 at ${rounds} moments of a restore into a folder: whole or not there, and the next run cleans up`, async () => {
  const { home, archive } = await sealedHome();
  const target = join(home, "out");
  const { code, ms } = await run([archive, target, home]);
  expect(code).toBe(0);
  const whole = treeHash(target);
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    rmSync(target, { recursive: true, force: true });
    if ((await run([archive, target, home], (ms / rounds) * round)).code === null) killed += 1;
    if (existsSync(target)) expect(treeHash(target)).toBe(whole);
  }
  expect(killed).toBeGreaterThan(rounds / 4);
  rmSync(target, { recursive: true, force: true });
  expect((await run([archive, target, home])).code).toBe(0);
  expect(leftIn(home)).toEqual([]);
});

test(`kill -9 at ${rounds} moments of a restore in place: the old state or the new one, whole, or finished by the next run`, async () => {
  const { home, stateDir, archive } = await sealedHome();
  const { code, ms } = await run([archive, "", home]);
  expect(code).toBe(0);
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of readdirSync(home).filter((one) => one.includes(".before-restore-")))
      rmSync(join(home, name), { recursive: true, force: true });
    writeFileSync(join(stateDir, "marker"), "live");
    const old = treeHash(stateDir);
    if ((await run([archive, "", home], (ms / rounds) * round)).code === null) killed += 1;
    if (existsSync(swapFile(stateDir))) expect((await run([archive, "", home])).code).toBe(0);
    expect(existsSync(swapFile(stateDir))).toBe(false);
    const isNew = readFileSync(join(stateDir, "marker"), "utf8") === "of the archive";
    if (isNew) {
      const kept = readdirSync(home).filter((name) => name.includes(".before-restore-"));
      expect(kept.map((name) => treeHash(join(home, name)))).toContain(old);
    } else expect(treeHash(stateDir)).toBe(old);
  }
  expect(killed).toBeGreaterThan(rounds / 4);
  expect((await run([archive, "", home])).code).toBe(0);
  expect(leftIn(home)).toEqual([]);
});

/** Not every machine that runs the tests lets them mount. */
function tmpfs(size: string): string | undefined {
  const at = folder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", at], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync("umount", [at]);
  });
  return at;
}

test("a disk that fills up while it is restored is left as it was", async ({ skip }) => {
  const place = tmpfs("100m");
  if (place === undefined) {
    skip("no tmpfs can be mounted here");
    return;
  }
  const { home, archive } = await sealedHome(150);
  const host = realHost(home);
  // It seemed to fit when it was looked at: somebody else fills the disk meanwhile.
  const optimistic = { ...host, fs: { ...host.fs, free: () => Promise.resolve(1e12) } };
  const request = await requestFor(optimistic, home, archive);
  await expect(restoreToFolder(optimistic, request, join(place, "out"))).rejects.toMatchObject({
    exit: "failed",
    code: "cannot-restore",
    message: expect.stringContaining("the disk is full") as string,
  });
  expect(readdirSync(place)).toEqual([]);
  await expect(
    restoreToFolder(host, await requestFor(host, home, archive), join(place, "out")),
  ).rejects.toMatchObject({
    code: "no-space",
  });
  expect(readdirSync(place)).toEqual([]);
  host.dispose();
});

const gpg = ["--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase", pass.reveal(), "--symmetric"];

test.each([
  ["tar czf", ["czf"]],
  ["tar cf", ["cf"]],
])("what operators made with %s and gpg comes back", async (_, [flags = ""]) => {
  const home = folder();
  const source = join(home, "claw", ".openclaw");
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "openclaw.json"), '{"gateway":{"port":1}}');
  writeFileSync(join(source, "x".repeat(180)), "a long name");
  symlinkSync("openclaw.json", join(source, "link"));
  const plain = execFileSync("tar", [flags, "-", "-C", home, "claw"]);
  mkdirSync(join(home, "gnupg"), { mode: 0o700 });
  const sealed = execFileSync("gpg", ["--homedir", join(home, "gnupg"), ...gpg], { input: plain });
  const archive = join(home, "operators.tar.gpg");
  writeFileSync(archive, sealed);
  const target = join(home, "out");
  expect((await run([archive, target, home])).code).toBe(0);
  const config = readFileSync(join(target, "claw/.openclaw/openclaw.json"), "utf8");
  expect(config).toContain('"port":1');
  expect(readFileSync(join(target, "claw/.openclaw", "x".repeat(180)), "utf8")).toBe("a long name");
  execFileSync("gpgconf", ["--homedir", join(home, "gnupg"), "--kill", "all"]);
});
