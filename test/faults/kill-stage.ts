/**
 * A home with a small OpenClaw state, keys and a canary beside it, and the built program working on them, so that it can be
 * killed. Nothing in it is faked: the home is temporary, the program is what users run.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { extract as untar } from "tar";
import { afterAll } from "vitest";
import { generateRecipient, generateSigningKey } from "../../src/preserve/index.ts";
import { diskHost } from "../archive/disk-host.ts";

const fixture = fileURLToPath(new URL("../fixtures/states/state-2026.9.6.tar.gz", import.meta.url));
const program = fileURLToPath(new URL("../../bin/claw-ir.js", import.meta.url));

/** Stands in a file and in a database of the state: where it is found elsewhere, plaintext was left. */
export const marker = "PLAINTEXT-FAKE-of-the-state-must-not-be-left-anywhere";

export interface Stage {
  /** Everything of this stage lies in it. */
  readonly base: string;
  readonly home: string;
  readonly stateDir: string;
  readonly dataDir: string;
  /** TMPDIR of the program. */
  readonly tmp: string;
  /** Somebody else's files, right beside the state. */
  readonly canary: string;
  readonly privateKey: string;
}

/** Nobody listens there: it is reserved (tcpmux, RFC 1078), and the system never gives it out by itself. */
const silentPort = "1";

const bases: string[] = [];
afterAll(() => {
  for (const base of bases) rmSync(base, { recursive: true, force: true });
});

export async function stage({ signing = false } = {}): Promise<Stage> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "claw-kill-")));
  bases.push(base);
  const home = join(base, "home");
  const at: Stage = {
    ...{ base, home, stateDir: join(home, ".openclaw"), dataDir: join(base, "data") },
    ...{ tmp: join(base, "tmp"), canary: join(home, "canary"), privateKey: join(base, "taken-away.asc") },
  };
  for (const folder of [home, at.dataDir, join(at.dataDir, "backups"), at.tmp, at.canary])
    mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(at.canary, "file"), "somebody else's");
  writeFileSync(join(home, ".openclaw.json"), "beside the state");
  await fillState(at);
  // Older than any archive that a test makes.
  const host = diskHost({ now: new Date("2020-01-01T00:00:00Z") });
  await generateRecipient(host, at.dataDir, {
    ...{ name: "backups FAKE", privateOut: at.privateKey, allowUnprotected: true },
  });
  if (signing) await generateSigningKey(host, at.dataDir, { name: "host FAKE" });
  return at;
}

async function fillState({ home, stateDir }: Stage): Promise<void> {
  await untar({ file: fixture, cwd: home, preserveOwner: false, preservePaths: true });
  const config = join(stateDir, "openclaw.json");
  const text = readFileSync(config, "utf8").replaceAll("/home/claw", home).replace("19411", silentPort);
  writeFileSync(config, text);
  const blocks = Array.from({ length: 40 }, (_, each) => `${marker} ${"text ".repeat(2000 + each)}\n`);
  writeFileSync(join(stateDir, "workspace", "long.txt"), blocks.join(""));
  for (let each = 0; each < 100; each += 1)
    writeFileSync(join(stateDir, "workspace", `note-${each}`), `${marker} ${each}`);
  const db = new Database(join(stateDir, "memory.sqlite"));
  db.exec("CREATE TABLE memory(text TEXT)");
  const insert = db.prepare("INSERT INTO memory VALUES (?)");
  for (let each = 0; each < 200; each += 1) insert.run(`${marker} ${"x".repeat(2000)}`);
  db.close();
}

export interface Ended {
  /** Null if it was killed. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
  /** How often something changed in the watched folders. */
  readonly changes: number;
}

/** When SIGKILL comes: so long after the start, or as soon as something has changed so often in a watched folder. */
export type Moment = { readonly afterMs: number } | { readonly changes: number };

export interface RunOptions {
  readonly kill?: Moment;
  /** Folders whose own entries are watched. */
  readonly watched?: readonly string[];
}

/** Runs `claw-ir ARGV…` with the stage's home and data folder. */
export async function run(
  at: Stage,
  argv: readonly string[],
  { kill, watched = [] }: RunOptions = {},
): Promise<Ended> {
  const since = performance.now();
  const child = spawn(process.execPath, [program, ...argv, "--data-dir", at.dataDir, "--non-interactive"], {
    cwd: at.base,
    env: { HOME: at.home, TMPDIR: at.tmp, PATH: process.env["PATH"], LC_ALL: "C.UTF-8" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { out: "", err: "" };
  child.stdout.on("data", (bytes: Buffer) => (texts.out += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (texts.err += bytes.toString()));
  const seen = watching(watched, (changes) => {
    if (kill !== undefined && "changes" in kill && changes === kill.changes) child.kill("SIGKILL");
  });
  const timer = kill !== undefined && "afterMs" in kill ? killLater(child, kill.afterMs) : undefined;
  const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve) =>
    child.once("close", (...how) => {
      resolve(how);
    }),
  );
  clearTimeout(timer);
  const ended = { code, ...texts, ms: performance.now() - since, changes: seen.stop() };
  if (code === null && signal !== "SIGKILL")
    throw new Error(`it died of ${signal ?? "nothing"}: ${texts.err}`);
  return ended;
}

function killLater(child: ChildProcess, ms: number): NodeJS.Timeout {
  return setTimeout(() => {
    child.kill("SIGKILL");
  }, ms);
}

function watching(
  folders: readonly string[],
  onChange: (changes: number) => void,
): { readonly stop: () => number } {
  let changes = 0;
  const watchers = folders.map((folder) =>
    watch(folder, () => {
      changes += 1;
      onChange(changes);
    }),
  );
  return {
    stop: () => {
      for (const watcher of watchers) watcher.close();
      return changes;
    },
  };
}
