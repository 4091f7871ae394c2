import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { realRun, realSpawn } from "../../src/host/real/run.ts";
import { childEnv, findProgram, toolPathOf } from "../../src/host/real/programs.ts";
import { cancelled } from "../../src/model/errors.ts";
import { Secret } from "../../src/model/secret.ts";
import { scratchFolder } from "./scratch-folder.ts";

const base = scratchFolder();
const toolPath = toolPathOf({}, undefined);
const env = { HOME: "/home/x", PATH: "/evil", OPENAI_API_KEY: "FAKE-key", LD_PRELOAD: "/evil.so", USER: "x" };
const never = new AbortController().signal;
const run = realRun({ env, toolPath, signal: never });

/** A zombie that nobody reaps counts as gone. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, ms = 120_000): Promise<boolean> {
  for (let waited = 0; waited < ms; waited += 20) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return condition();
}

const pidIn = (path: string): number => (existsSync(path) ? Number(readFileSync(path, "utf8")) : 0);

describe("run", () => {
  it("gives code and output, and does not reject for a failure", async () => {
    expect(await run(["sh", "-c", "echo out; echo err >&2; exit 3"], { timeoutMs: 120_000 })).toEqual({
      code: 3,
      stdout: "out\n",
      stderr: "err\n",
      timedOut: false,
      truncated: false,
      missing: false,
    });
  });

  it("hands arguments over as they are", async () => {
    const hostile = ["$(touch x)", "; rm -rf /", "`id`", "a b", "*", "'\"", "\\", "\n", "--", "é\u202e"];
    const { stdout } = await run(["printf", "%s\\0", ...hostile], { timeoutMs: 120_000 });
    expect(stdout.split("\0").slice(0, -1)).toEqual(hostile);
  });

  it("finds programs in the system's folders only", async () => {
    const evil = join(base, "evil");
    mkdirSync(evil);
    writeFileSync(join(evil, "sh"), "#!/bin/sh\necho evil\n", { mode: 0o755 });
    writeFileSync(join(evil, "only-here"), "#!/bin/sh\necho evil\n", { mode: 0o755 });
    const trusting = realRun({ env: { PATH: evil }, toolPath, signal: never });
    expect((await trusting(["sh", "-c", "echo good"], { timeoutMs: 120_000 })).stdout).toBe("good\n");
    expect(await trusting(["only-here"], { timeoutMs: 120_000 })).toMatchObject({
      code: null,
      missing: true,
    });
    expect(await trusting(["./only-here"], { timeoutMs: 120_000, cwd: evil })).toMatchObject({
      missing: true,
    });
    expect((await trusting([join(evil, "only-here")], { timeoutMs: 120_000 })).stdout).toBe("evil\n");
    expect(findProgram("sh", evil)).toBe(join(evil, "sh"));
    expect(toolPathOf({ CLAW_IR_TOOL_PATH: evil }, undefined)).toBe(evil);
    expect(toolPathOf({ CLAW_IR_TOOL_PATH: evil }, "/other")).toBe("/other");
  });

  it("says what is missing, and tells a program that cannot start from one that is not there", async () => {
    expect(await run(["claw-ir-no-such-program"], { timeoutMs: 120_000 })).toMatchObject({
      code: null,
      missing: true,
    });
    const broken = join(base, "broken");
    writeFileSync(broken, "#!/no/such/interpreter\n");
    chmodSync(broken, 0o755);
    expect(await run([broken], { timeoutMs: 120_000 })).toMatchObject({ code: null });
    expect(await run(["true"], { timeoutMs: 120_000, cwd: join(base, "nowhere") })).toMatchObject({
      code: null,
      missing: false,
      stderr: "no such working folder",
    });
  });

  it("keeps its own environment to itself", async () => {
    const { stdout } = await run(["env"], { timeoutMs: 120_000, env: { EXTRA: "1" } });
    const names = stdout.split("\n").map((line) => line.split("=")[0]);
    expect(names).toEqual(expect.arrayContaining(["EXTRA", "HOME", "LANG", "PATH", "USER"]));
    expect(stdout).not.toContain("FAKE-key");
    expect(stdout).not.toContain("evil");
    expect(childEnv({ XDG_RUNTIME_DIR: "/run/user/1" }, "/bin")).toEqual({
      PATH: "/bin",
      LANG: "C.UTF-8",
      XDG_RUNTIME_DIR: "/run/user/1",
    });
  });

  it("feeds text, bytes and secrets, and survives a program that does not read", async () => {
    for (const input of ["FAKE-in", Buffer.from("FAKE-in"), new Secret("FAKE-in")]) {
      expect((await run(["cat"], { timeoutMs: 120_000, input })).stdout).toBe("FAKE-in");
    }
    expect((await run(["true"], { timeoutMs: 120_000, input: "x".repeat(2_000_000) })).code).toBe(0);
    expect((await run(["cat"], { timeoutMs: 120_000 })).stdout).toBe("");
  });

  it("keeps the first bytes of too much output and lets the program end", async () => {
    const result = await run(["sh", "-c", "head -c 3000000 /dev/zero; echo >&2 end; exit 4"], {
      timeoutMs: 120_000,
      maxBytes: 1000,
    });
    expect(result).toMatchObject({ code: 4, truncated: true, stderr: "end\n", timedOut: false });
    expect(result.stdout.length).toBe(1000);
  });

  it("ends the whole group at the limit: grandchildren, and those that ignore SIGTERM", async () => {
    // On a busy machine they may not have come so far at the limit: then it takes a longer one to tell anything.
    for (let timeoutMs = 500, pids: readonly number[] = []; pids.length < 2; timeoutMs *= 2) {
      const dir = mkdtempSync(join(base, "group-"));
      const script = [
        `sh -c 'trap "" TERM; echo $$ > ${dir}/deaf; while :; do sleep 1; done' &`,
        `sh -c 'echo $$ > ${dir}/child; exec sleep 600' &`,
        "sleep 600",
      ].join("\n");
      const started = performance.now();
      const result = await run(["sh", "-c", script], { timeoutMs });
      const took = performance.now() - started;
      expect(result).toMatchObject({ code: null, timedOut: true });
      pids = [pidIn(join(dir, "deaf")), pidIn(join(dir, "child"))].filter((pid) => pid > 1);
      expect(await until(() => !pids.some(alive))).toBe(true);
      // The deaf one got its two seconds.
      if (pids.length === 2) expect(took).toBeGreaterThan(timeoutMs + 1900);
    }
  });

  it("does not wait for a background process that keeps the output open", async () => {
    const pidFile = join(base, "background");
    const result = await run(["sh", "-c", `sleep 600 & echo $! > ${pidFile}; echo done`], {
      timeoutMs: 120_000,
    });
    expect(result).toMatchObject({ code: 0, stdout: "done\n", timedOut: false });
    process.kill(pidIn(pidFile), "SIGKILL");
  });

  it("leaves no timer behind that would keep the program from ending", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    await run(["true"], { timeoutMs: 3_600_000 });
    await run(["sleep", "600"], { timeoutMs: 50 });
    // The test's own surroundings have short ones.
    expect(await until(() => timers() <= before)).toBe(true);
  });

  it("ends the group and rejects as cancelled when the run is aborted", async () => {
    const controller = new AbortController();
    const abortable = realRun({ env, toolPath, signal: controller.signal });
    const pidFile = join(base, "aborted");
    const running = abortable(["sh", "-c", `echo $$ > ${pidFile}; exec sleep 600`], { timeoutMs: 120_000 });
    expect(await until(() => pidIn(pidFile) > 1)).toBe(true);
    controller.abort(cancelled());
    await expect(running).rejects.toMatchObject({ exit: "cancelled" });
    expect(await until(() => !alive(pidIn(pidFile)))).toBe(true);
    await expect(abortable(["true"], { timeoutMs: 120_000 })).rejects.toMatchObject({ exit: "cancelled" });
  });
});

describe("spawn", () => {
  const spawn = realSpawn({ env, toolPath });

  it("starts a program in its own session with a private log", async () => {
    const logFile = join(base, "gateway.log");
    const { pid } = await spawn(["sh", "-c", "echo $EXTRA; echo oops >&2; exec sleep 600"], {
      env: { EXTRA: "hello" },
      logFile,
    });
    try {
      expect(await until(() => readFileSync(logFile, "utf8") === "hello\noops\n")).toBe(true);
      expect(statSync(logFile).mode & 0o777).toBe(0o600);
      const session = readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[5];
      expect(session).toBe(String(pid));
    } finally {
      process.kill(-pid, "SIGKILL");
    }
  });

  it("says so when it cannot", async () => {
    const logFile = join(base, "none.log");
    await expect(spawn(["claw-ir-no-such-program"], { env: {}, logFile })).rejects.toMatchObject({
      code: "program-missing",
    });
    expect(existsSync(logFile)).toBe(false);
  });
});
