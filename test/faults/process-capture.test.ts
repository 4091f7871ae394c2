/** The capture of the first minute: 500 processes more, read from /proc without starting one. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { hasStrace, starting, traced } from "./strace.ts";

const one = fileURLToPath(new URL("../../bench/collect/one.ts", import.meta.url));
const count = 500;

interface Said {
  readonly ms: number;
  readonly records: number;
  readonly outcome: string;
}

function base(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-capture-")));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(join(folder, "home"));
  return folder;
}

it.skipIf(!hasStrace)("captures 500 processes without making another one", async () => {
  const folder = base();
  const waiting = Array.from({ length: count }, () => spawn("sleep", ["3600"], { stdio: "ignore" }));
  onTestFinished(() => {
    for (const child of waiting) child.kill("SIGKILL");
  });
  await Promise.all(waiting.map((child) => new Promise((resolve) => child.once("spawn", resolve))));
  const run = traced([process.execPath, one, "processes", "/", join(folder, "home"), join(folder, "data")], {
    cwd: folder,
    env: { HOME: join(folder, "home"), PATH: process.env["PATH"] ?? "" },
    log: join(folder, "strace.log"),
    // What is read of 500 processes is some ten thousand files: looking at each of them would be the slowest part by far.
    calls: starting,
  });
  expect(run.stderr).toBe("");
  const said = JSON.parse(run.stdout) as Said;
  expect(said.records).toBeGreaterThanOrEqual(count);
  // strace sees every process and thread: threads there are, processes none but the first.
  expect(run.forks).toBe(0);
  expect(run.programs.map(([path]) => path)).toEqual([process.execPath]);
});
