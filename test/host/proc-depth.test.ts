import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, openSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { parseLimits, parseMaps, parsePacket } from "../../src/host/real/proc-depth-format.ts";
import { parseInet } from "../../src/host/real/proc-format.ts";
import { linuxProcesses } from "../../src/host/real/processes-linux.ts";
import { mutated } from "../support/mutated.ts";
import { scratchFolder } from "./scratch-folder.ts";

const maps = `55d0c0a00000-55d0c0a2f000 r--p 00000000 fe:00 1181 /usr/bin/bash
55d0c0a2f000-55d0c0b0a000 r-xp 0002f000 fe:00 1181 /usr/bin/bash
7f0000000000-7f0000021000 rw-p 00000000 00:00 0
7f1200000000-7f1200001000 rwxp 00000000 00:01 77 /memfd:x y (deleted)
7f1300000000-7f1300001000 r-xp 00000000 fe:00 99 /tmp/a\\012b.so (deleted)
7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]
`;
const packet = `sk               RefCnt Type Proto  Iface R Rmem   User   Inode
0000000000000000 3      3    0003   2     1 0      0      31337
0000000000000000 3      2    0800   0     1 0      1000   4711
`;
const limits = `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max open files            1024                 524288               files     
`;
const raw = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
   1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5151 2 0000000000000000 0
`;

describe("/proc in depth", () => {
  it("reads what is mapped, also what has no file any more", () => {
    expect(parseMaps(maps)).toEqual([
      { access: "r--p", bytes: 0x2f000, path: "/usr/bin/bash", deleted: false },
      { access: "r-xp", bytes: 0xdb000, path: "/usr/bin/bash", deleted: false },
      { access: "rw-p", bytes: 0x21000, path: "", deleted: false },
      { access: "rwxp", bytes: 0x1000, path: "/memfd:x y", deleted: true },
      { access: "r-xp", bytes: 0x1000, path: "/tmp/a\\012b.so", deleted: true },
      { access: "rw-p", bytes: 0x21000, path: "[stack]", deleted: false },
    ]);
  });

  it("reads packet and raw sockets", () => {
    expect(parsePacket(packet)).toMatchObject([
      { protocol: "packet", localAddress: "interface 2", localPort: 3, uid: 0, inode: 31337 },
      { protocol: "packet", localAddress: "all interfaces", localPort: 0x800, uid: 1000, inode: 4711 },
    ]);
    expect(parseInet(raw, "raw", true)).toMatchObject([
      { protocol: "raw", state: "UNCONN", localPort: 1, inode: 5151 },
    ]);
  });

  it("reads limits", () => {
    expect(parseLimits(limits)).toEqual({ "Max cpu time": "unlimited", "Max open files": "1024" });
  });

  it("takes anything", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated(maps), mutated(packet), mutated(limits)), (text) => {
        for (const { bytes, access } of parseMaps(text)) {
          expect(bytes).toBeGreaterThanOrEqual(0);
          expect(access).toHaveLength(4);
        }
        for (const socket of parsePacket(text)) expect(Number.isInteger(socket.inode)).toBe(true);
        parseLimits(text);
      }),
    );
  });
});

const base = scratchFolder();
const processes = linuxProcesses();
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function start(program: string, ...args: readonly string[]): number {
  const fd = openSync(join(base, "held"), "w+");
  const child = spawn(program, args, { env: {}, stdio: ["ignore", fd, "ignore"] });
  children.push(child);
  if (child.pid === undefined) throw new Error("not started");
  return child.pid;
}

async function record(pid: number, comm: string) {
  for (let i = 0; i < 6000; i += 1) {
    const found = await processes.get(pid);
    if (found?.comm === comm) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("did not come about");
}

describe.skipIf(process.platform !== "linux")("a process of a live Linux in depth", () => {
  it("gives its program byte for byte after the file is gone, and to nobody else", async () => {
    const copy = join(base, "tool");
    copyFileSync("/bin/sleep", copy);
    writeFileSync(join(base, "held"), "12345");
    const pid = start(copy, "600");
    const found = await record(pid, "tool");
    rmSync(copy);
    const gone = await processes.get(pid);
    expect(gone).toMatchObject({ exe: copy, exeDeleted: true });
    const handle = processes.openProgram(found);
    const buffer = new Uint8Array(handle.stat.size + 10);
    let got = 0;
    for (let read = handle.readAt(buffer, 0); read > 0; read = handle.readAt(buffer.subarray(got), got))
      got += read;
    handle.close();
    handle.close();
    expect(Buffer.from(buffer.subarray(0, got)).equals(readFileSync("/bin/sleep"))).toBe(true);
    expect(() => processes.openProgram({ pid, startTicks: found.startTicks + 1 })).toThrow(/ended/);
    expect(() => processes.openProgram({ pid: 2 ** 22 + 1, startTicks: 0 })).toThrow();
  });

  it("lists its open files, the ones without a name with their size", async () => {
    const pid = start("/bin/sleep", "600");
    await record(pid, "sleep");
    const held = join(base, "held");
    writeFileSync(held, "12345");
    expect(await processes.openFiles(pid)).toContainEqual({ fd: 1, target: held, deleted: false });
    unlinkSync(held);
    expect(await processes.openFiles(pid)).toContainEqual({ fd: 1, target: held, deleted: true, bytes: 5 });
    const named = join(base, "kept (deleted)");
    writeFileSync(named, "");
    const fd = openSync(named, "r");
    const mine = await processes.openFiles(process.pid);
    expect(mine?.find((file) => file.fd === fd)).toEqual({ fd, target: named, deleted: false });
  });

  it("tells what it has mapped, its limits and its namespaces", async () => {
    const regions = await processes.memory(process.pid);
    expect(regions?.some(({ path, access }) => path.endsWith("node") && access.includes("x"))).toBe(true);
    expect(Object.keys((await processes.limits(process.pid)) ?? {})).toContain("Max open files");
    const own = await processes.get(process.pid);
    expect(Object.keys(own?.namespaces ?? {})).toEqual(["mnt", "net", "pid", "user"]);
    expect(own?.root).toBeUndefined();
    expect(await processes.openFiles(2 ** 22 + 1)).toBeUndefined();
    expect(await processes.memory(2 ** 22 + 1)).toBeUndefined();
  });
});
