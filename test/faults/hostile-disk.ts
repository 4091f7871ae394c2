/** Disks on which every path that a collector asks for is something else than it expects. */
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  existsSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Planted } from "../locations/planted.ts";
import type { Measured } from "./hostile-child.ts";

const child = fileURLToPath(new URL("hostile-child.ts", import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  readonly measured: readonly Measured[];
}

/** Runs every collector over the disk in a child. `longestMs` is when a child that hangs is killed. */
export async function overDisk(
  { root, home }: Planted,
  dataDir: string,
  longestMs: number,
): Promise<Outcome> {
  mkdirSync(dataDir, { mode: 0o700, recursive: true });
  const running = spawn(process.execPath, [child, root, home, dataDir, "measure"], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: longestMs,
    killSignal: "SIGKILL",
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  running.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  running.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve) => {
    running.once("close", (...ended) => {
      resolve(ended);
    });
  });
  const lines = Buffer.concat(out).toString("utf8").split("\n");
  return {
    code,
    signal,
    stderr: Buffer.concat(err).toString("utf8"),
    measured: lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Measured),
  };
}

/**
 * The paths that collectors ask for on this disk and that are no folders on the way to another: files that they read, and
 * those that would be read if they were there. Relative to the root.
 */
export function askedPaths({ root, home }: Planted, dataDir: string): readonly string[] {
  mkdirSync(dataDir, { mode: 0o700, recursive: true });
  const run = spawnSync(process.execPath, [child, root, home, dataDir, "record"], {
    encoding: "utf8",
    maxBuffer: 256 << 20,
  });
  if (run.status !== 0) throw new Error(`recording failed: ${run.stderr}`);
  const paths = (JSON.parse(run.stdout) as readonly string[]).map((path) => path.slice(root.length));
  const folders = new Set<string>();
  for (const path of paths) for (let up = dirname(path); up !== "/"; up = dirname(up)) folders.add(up);
  return paths.filter((path) => {
    const real = join(root, path);
    return existsSync(real) ? !lstatSync(real).isDirectory() : !folders.has(path);
  });
}

/** What stands at a path instead; `before` is what a real host had there, if anything. */
export type Swap = (path: string, before: Buffer | undefined, index: number) => void;

/** Replaces each path of the disk. A place that cannot be made, because something else is on the way to it, is left out. */
export function swapAll(root: string, paths: readonly string[], swap: Swap): void {
  for (const [index, path] of paths.entries()) {
    const real = join(root, path);
    try {
      mkdirSync(dirname(real), { recursive: true });
      const before = existsSync(real) && lstatSync(real).isFile() ? readFileSync(real) : undefined;
      rmSync(real, { recursive: true, force: true });
      swap(real, before, index);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (!["EEXIST", "ENOTDIR", "ENAMETOOLONG", "EINVAL", "ELOOP"].includes(String(code))) throw error;
    }
  }
}

/** One line of a gigabyte that takes no room: its beginning, and zeros. */
export function gigabyteLine(path: string, begin: Uint8Array | string): void {
  const fd = openSync(path, "wx");
  writeSync(fd, Buffer.from(begin));
  ftruncateSync(fd, 1 << 30);
  closeSync(fd);
}

/** Not a program of the project: the system has it. */
const mkfifo = "mkfifo";

export function fifo(path: string): void {
  spawnSync(mkfifo, [path]);
}

/** A socket's file; `close` ends whoever listens. A longer path than the system takes for one is left empty. */
export function sockets(): { readonly swap: Swap; readonly close: () => void } {
  const servers: Server[] = [];
  return {
    swap: (path) => {
      if (Buffer.byteLength(path) > 100) return;
      const server = createServer().on("error", () => undefined);
      servers.push(server.listen(path));
    },
    close: () => {
      for (const server of servers) server.close();
    },
  };
}

export function loop(path: string): void {
  symlinkSync(path, path);
}

export function folder(path: string): void {
  mkdirSync(path);
  for (const name of ["a", "x.service", "x.json", "-", " "]) writeFileSync(join(path, name), "{");
}

/** Wrong by a few bytes, cut, doubled: `next` gives numbers from 0 to below 1. */
export function mutated(bytes: Buffer, next: () => number): Buffer {
  const changed = Buffer.from(bytes.length === 0 ? "x" : bytes);
  const times = 1 + Math.floor(next() * 12);
  for (let i = 0; i < times; i += 1) changed[Math.floor(next() * changed.length)] = Math.floor(next() * 256);
  const how = next();
  if (how < 0.15) return changed.subarray(0, Math.floor(next() * changed.length));
  return how < 0.3 ? Buffer.concat([changed, changed]) : changed;
}

export function randomBytes(length: number, next: () => number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(next() * 256)));
}

/** Nesting of every kind that a format here knows, deeper than any stack. */
export function nested(index: number): string {
  const depth = 100_000;
  const kinds = ["[", '{"a":', "<dict><key>a</key>", "(", "[[", "include x\n@include x\n", "{ "];
  return (kinds[index % kinds.length] ?? "[").repeat(depth);
}

/** The same numbers for the same seed (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function copyOf(disk: Planted, to: string): Planted {
  cpSync(disk.root, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return { root: to, home: join(to, disk.home.slice(disk.root.length)) };
}
