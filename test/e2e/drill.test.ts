/** A drill of the packed program beside a real OpenClaw gateway that goes on writing: checked from outside. */
import { spawn, type ChildProcess } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRealHost } from "../../src/host/real/index.ts";
import { findGateway, findInstallation, resolveTarget } from "../../src/openclaw/index.ts";
import { lockFolder as lockFolderOf, lockTraces } from "../../src/openclaw/trace-files.ts";
import { packedClawIr, runPacked, startPacked, type Ran } from "./support/packed.ts";
import { isRunning, openClawPids, until } from "./support/processes.ts";
import { startRealGateway, type RealGateway } from "./support/real-gateway.ts";
import { filesBelow, filesWith } from "./support/search.ts";
import { ensureNode } from "./support/toolchain.ts";

const passphrase = "drill passphrase FAKE";

let dir: string;
let gateway: RealGateway;
let program: string;
let node: string;
let archive: string;
let writing: NodeJS.Timeout;

beforeAll(async () => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-drill-")));
  // What cannot be packed must not leave a gateway behind.
  [program, node] = await Promise.all([packedClawIr(), ensureNode(24)]);
  gateway = await startRealGateway({ dir });
  writeFileSync(join(dir, "passphrase"), `${passphrase}\n`, { mode: 0o600 });
  writing = setInterval(() => void gateway.accepts("FAKE-wrong").catch(() => 0), 500);
  archive = await backUp();
});

afterAll(async () => {
  clearInterval(writing);
  await gateway.dispose();
  rmSync(dir, { recursive: true, force: true });
});

const dataDir = (): string => join(dir, "claw-ir");

/** Of the gateway as it runs and writes, by the packed program. */
async function backUp(): Promise<string> {
  const file = join(dir, "backup.tar.zst.gpg");
  const words = ["backup", "create", "-o", file, "--json", "--non-interactive", "--data-dir", dataDir()];
  const made = await runPacked(
    node,
    program,
    [...words, "--passphrase-from", join(dir, "passphrase")],
    env(),
  );
  if (made.code !== 0 && made.code !== 3) throw new Error(`no backup: ${made.stderr}${made.stdout}`);
  return file;
}

const args = (...more: readonly string[]): readonly string[] => [
  ...["drill", archive, "--json", "--non-interactive", "--data-dir", dataDir()],
  ...["--passphrase-from", join(dir, "passphrase"), ...more],
];

const env = (): Record<string, string> => ({ ...gateway.env, TMPDIR: dir });

/** Everything that a drill leaves in the data folder when it is over. */
const kept = (): readonly string[] =>
  readdirSync(dataDir()).filter((name) => name.startsWith("scratch-drill-"));

/** Pids with the mark of a drill of ours in their environment. */
function drillPids(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => textOf(`/proc/${name}/environ`).includes(`CLAW_IR_SCRATCH=${dataDir()}/`))
    .map(Number);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Files of the live state that a process of the drill holds open. */
function liveFilesOpenIn(pids: readonly number[]): readonly string[] {
  return pids.flatMap((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`)
        .map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
        .filter((path) => path.startsWith(`${gateway.home}/`));
    } catch {
      return [];
    }
  });
}

const lockFolder = lockFolderOf(process.getuid?.() ?? 0);
/** Logs of default-profile gateways: the live one goes on writing to its own. */
const logFolder = "/tmp/openclaw";

describe("a drill beside the live gateway", () => {
  let ran: Ran;
  let before: {
    readonly pid: number;
    readonly locks: readonly string[];
    readonly logs: readonly string[];
    readonly asked: number;
  };
  const seenLive = new Set<string>();
  const opened = new Set<string>();
  const listeners = new Set<string>();

  beforeAll(async () => {
    before = {
      pid: gateway.gatewayPid,
      locks: readdirSync(lockFolder),
      logs: readdirSync(logFolder),
      asked: gateway.provider.authorizations.length,
    };
    const host = createRealHost({
      ...{ yes: false, nonInteractive: true, color: false, secretFiles: {}, version: "0.0.0-test" },
      env: { HOME: gateway.home },
    });
    const watched = { ...host, facts: { ...host.facts, home: gateway.home } };
    const target = await resolveTarget(watched);
    const installation = await findInstallation(watched, target);
    const drill = startPacked(node, program, args(), env());
    const state = { isOver: false, isHeld: false, wasHeld: false };
    void drill.ended.finally(() => (state.isOver = true));
    while (!state.isOver) {
      const found = await findGateway(watched, installation);
      seenLive.add(`${found.state} ${found.processes.map(({ pid }) => pid).join(",")}`);
      const pids = drillPids();
      for (const path of liveFilesOpenIn(pids)) opened.add(path);
      for (const { localAddress, state: word, pids: holders } of await host.processes.sockets())
        if (/^LISTEN/.test(word) && holders.some((pid) => pids.includes(pid))) listeners.add(localAddress);
      // Ready and ended again within a second: it is held from when its gateway is there until that one was seen to listen.
      if (pids.length > 0 && !state.wasHeld) {
        drill.signal("SIGSTOP");
        [state.isHeld, state.wasHeld] = [true, true];
      } else if (state.isHeld && (pids.length === 0 || listeners.size > 0)) {
        drill.signal("SIGCONT");
        state.isHeld = false;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    ran = await drill.ended;
    host.dispose();
  });

  it("passes, with a gateway that was ready and a time to promise", () => {
    const [result] = ran.lines;
    expect([ran.code, result?.["problems"]], `${ran.stderr}\n${ran.stdout}`).toEqual([0, []]);
    expect(result).toMatchObject({
      verdict: "pass",
      files: { missing: 0, different: 0 },
      config: { valid: true, version: "2026.9.6" },
      gateway: { started: true, ready: true },
    });
    expect(Number(result?.["restoreSeconds"])).toBeGreaterThan(0);
    const { files, databases } = result as unknown as {
      files: { expected: number; matched: number };
      databases: { path: string; integrity: string; rows: number }[];
    };
    expect(files.matched).toBe(files.expected);
    expect(databases.map(({ path }) => path)).toContain(`${gateway.stateDir}/state/openclaw.sqlite`);
    expect(databases.every(({ integrity }) => integrity === "ok")).toBe(true);
    console.log(`drill: ${JSON.stringify({ ...result, databases: databases.length, notes: undefined })}`);
  });

  it("left the live gateway alone: the same process, seen as the only one all the time", async () => {
    expect(gateway.gatewayPid).toBe(before.pid);
    expect(await isRunning(before.pid)).toBe(true);
    expect(await gateway.accepts(gateway.token)).toBe(200);
    expect([...seenLive]).toEqual([`running ${before.pid}`]);
    expect(await openClawPids(gateway.home)).toEqual([before.pid]);
  });

  it("opened no file of the live state, and listened on loopback only", () => {
    expect([...opened]).toEqual([]);
    expect(listeners.size).toBeGreaterThan(0);
    for (const address of listeners) expect(address).toMatch(/^(?:127\.0\.0\.1|::1|::ffff:127\.0\.0\.1)$/);
  });

  it("left no process, no copy, no lock and no log behind", () => {
    expect(drillPids()).toEqual([]);
    expect(kept()).toEqual([]);
    const own = lockTraces(
      readdirSync(gateway.home, { recursive: true, encoding: "utf8" }).map((name) =>
        join(gateway.home, name),
      ),
      process.getuid?.() ?? 0,
    ).map((path) => basename(path));
    // The live gateway may have made locks of its own meanwhile, and a log of the day that began.
    const locks = [...before.locks, ...own];
    expect(readdirSync(lockFolder).filter((name) => !locks.includes(name))).toEqual([]);
    const fresh = readdirSync(logFolder).filter((name) => !before.logs.includes(name));
    expect(fresh.filter((name) => !isLogOfToday(name))).toEqual([]);
  });

  it("asked no model anything, and wrote no secret into what it kept", async () => {
    const files = await filesBelow(dataDir());
    expect(files.length).toBeGreaterThanOrEqual(2);
    expect(await filesWith(files, [...gateway.secrets, passphrase])).toEqual([]);
    for (const secret of gateway.secrets) expect(ran.stdout + ran.stderr).not.toContain(secret);
    expect(gateway.provider.authorizations).toHaveLength(before.asked);
    const db = new Database(join(gateway.stateDir, "state/openclaw.sqlite"), { readonly: true });
    expect(db.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }]);
    db.close();
  });
});

/** Those of default-profile gateways are named by the day. */
function isLogOfToday(name: string): boolean {
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) =>
    String(part).padStart(2, "0"),
  );
  return name === `openclaw-${day.join("-")}.log`;
}

describe("a drill that is broken off", () => {
  async function started(): Promise<ChildProcess> {
    const child = spawn(node, [program, ...args()], { env: env(), stdio: "ignore" });
    await until("the drill's gateway is there", 1_200_000, () => {
      if (child.exitCode !== null) throw new Error(`the drill ended with ${child.exitCode}`);
      return drillPids().length > 1;
    });
    return child;
  }
  const isOver = (): boolean => drillPids().length === 0 && kept().length === 0;

  it("by Ctrl-C: exit 130, the gateway is gone and the copy with it", async () => {
    const child = await started();
    const code = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGINT");
    expect(await code).toBe(130);
    expect(drillPids()).toEqual([]);
    expect(kept()).toEqual([]);
    expect(await isRunning(gateway.gatewayPid)).toBe(true);
  });

  it("by kill -9: the keeper ends the gateway and removes the copy", async () => {
    const child = await started();
    child.kill("SIGKILL");
    await until("nothing is left", 600_000, isOver);
    expect(await isRunning(gateway.gatewayPid)).toBe(true);
    expect(await gateway.accepts(gateway.token)).toBe(200);
  });
});
