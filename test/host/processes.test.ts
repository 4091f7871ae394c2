import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { linuxProcesses } from "../../src/host/real/processes-linux.ts";
import type { ProcessRecord } from "../../src/host/processes.ts";
import { scratchFolder } from "./scratch-folder.ts";

const base = scratchFolder();
const processes = linuxProcesses();
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function start(
  argv: readonly [string, ...string[]],
  env: Record<string, string> = {},
): ChildProcess & { pid: number } {
  const child = spawn(argv[0], argv.slice(1), {
    env: { PATH: "/usr/bin:/bin", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  if (child.pid === undefined) throw new Error("not started");
  return Object.assign(child, { pid: child.pid });
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 6000; i += 1) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("did not come about");
}

const when = (pid: number, condition: (record: ProcessRecord) => boolean) =>
  until(async () => {
    const record = await processes.get(pid);
    return record !== undefined && condition(record) ? record : undefined;
  });

describe.skipIf(process.platform !== "linux")("processes of a live Linux", () => {
  it("shows a process with its arguments, environment, folder, program and start", async () => {
    const before = Date.now();
    const child = start(["sleep", "600"], { CLAW_IR_FAKE: "FAKE-value=with=equals" });
    const found = await when(child.pid, ({ comm, state }) => comm === "sleep" && state === "S");
    expect(found).toMatchObject({
      pid: child.pid,
      ppid: process.pid,
      uid: process.getuid?.(),
      comm: "sleep",
      argv: ["sleep", "600"],
      cwd: process.cwd(),
      state: "S",
    });
    expect(found.exe).toMatch(/\/(sleep|coreutils|busybox)$/);
    expect(found.exeDeleted).toBeUndefined();
    const value = found.environ?.find(({ name }) => name === "CLAW_IR_FAKE")?.value;
    expect(value?.reveal()).toBe("FAKE-value=with=equals");
    expect(JSON.stringify(found)).not.toContain("FAKE-value");
    // The system tells its own start in whole seconds.
    expect(Date.parse(found.startedAt)).toBeGreaterThan(before - 60_000);
    expect(Date.parse(found.startedAt)).toBeLessThan(Date.now() + 60_000);
  });

  it("lists every process of the tree, nobody hidden", async () => {
    const crowd = Array.from({ length: 100 }, () => start(["sleep", "600"]));
    const { processes: all, hidden } = await processes.list();
    const pids = new Set(all.map(({ pid }) => pid));
    expect(crowd.every(({ pid }) => pids.has(pid))).toBe(true);
    expect(all.find(({ pid }) => pid === process.pid)?.argv.length).toBeGreaterThan(0);
    expect(hidden).toEqual([]);
  });

  it("ends at its time limit with what it has, and says how far it came", async () => {
    const { processes: all, hidden, late, searchedTo } = await processes.list({ limitMs: 0 });
    expect([all, hidden]).toEqual([[], []]);
    expect(late).toBeGreaterThan(0);
    expect(searchedTo).toBe(1024);
  });

  it("shows a zombie as Z", async () => {
    // The child waits until its parent has become a program that never asks for it.
    const child = 'until [ "$(cat /proc/$PPID/comm)" = sleep ]; do sleep 0.02; done';
    const parent = start(["sh", "-c", `sh -c '${child}' & echo $!; exec sleep 600`]);
    const text = await new Promise<string>((resolve) =>
      parent.stdout?.once("data", (d: Buffer) => resolve(d.toString())),
    );
    const zombie = await when(Number(text), ({ state }) => state === "Z");
    expect(zombie).toMatchObject({ ppid: parent.pid, argv: [] });
    expect(await processes.signal(zombie, "SIGTERM")).toBe("gone");
  });

  it("tells that the program file was removed", async () => {
    const program = join(base, "gone");
    copyFileSync("/bin/sleep", program);
    const child = start([program, "600"]);
    await when(child.pid, ({ comm }) => comm === "gone");
    rmSync(program);
    expect(await processes.get(child.pid)).toMatchObject({ exe: program, exeDeleted: true });
  });

  it("is not fooled by a program that is named as if it were removed", async () => {
    const program = join(base, "trick (deleted)");
    copyFileSync("/bin/sleep", program);
    const child = start([program, "600"]);
    const record = await when(child.pid, ({ comm }) => comm.startsWith("trick"));
    expect(record.exe).toBe(program);
    expect(record.exeDeleted).toBeUndefined();
  });

  it("knows nothing of a process that is not there", async () => {
    const child = start(["true"]);
    await new Promise((resolve) => child.once("exit", resolve));
    expect(await processes.get(child.pid)).toBeUndefined();
  });

  it("joins a socket with its process", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const path = join(base, "sock");
    const local = createServer().listen(path);
    await new Promise((resolve) => local.once("listening", resolve));
    const sockets = await processes.sockets();
    server.close();
    local.close();
    expect(sockets.find(({ localPort }) => localPort === port)).toMatchObject({
      protocol: "tcp",
      state: "LISTEN",
      localAddress: "127.0.0.1",
      remotePort: 0,
      uid: process.getuid?.(),
      pids: [process.pid],
    });
    expect(sockets.find(({ localAddress }) => localAddress === path)).toMatchObject({
      protocol: "unix",
      state: "LISTEN",
      pids: [process.pid],
    });
  });

  it("signals a process only while its start time is the same", async () => {
    const child = start(["sleep", "600"]);
    const record = await when(child.pid, ({ comm, state }) => comm === "sleep" && state === "S");
    expect(await processes.signal({ pid: child.pid, startTicks: record.startTicks + 1 }, "SIGKILL")).toBe(
      "gone",
    );
    expect(await processes.get(child.pid)).toMatchObject({ state: "S" });
    expect(await processes.signal(record, "SIGSTOP")).toBe("sent");
    await when(child.pid, ({ state }) => state === "T");
    expect(await processes.signal(record, "SIGKILL")).toBe("sent");
    await new Promise((resolve) => child.once("exit", resolve));
    expect(await processes.signal(record, "SIGKILL")).toBe("gone");
  });

  it("never signals pid 1, itself, or a group", async () => {
    const self = Number(/^\d+ \(.*\) .( \S+){18} (\d+)/s.exec(readFileSync("/proc/self/stat", "utf8"))?.[2]);
    expect(await processes.signal({ pid: process.pid, startTicks: self }, "SIGKILL")).toBe("denied");
    for (const pid of [1, 0, -1, 1.5, Number.NaN]) {
      expect(await processes.signal({ pid, startTicks: 0 }, "SIGKILL")).toBe("denied");
    }
  });

  it("reads who is logged in without failing where nobody is", async () => {
    expect(Array.isArray(await processes.logins())).toBe(true);
  });
});
