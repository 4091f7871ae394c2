/** The bytes of a running program, through the kernel's own link to it. */
import { createHash } from "node:crypto";
import type { FileStat, Host, ReadHandle } from "../../host/host.ts";

export interface ProgramMeasure {
  readonly stat: FileStat;
  /** Of the whole program; absent for one larger than may be read. */
  readonly sha256?: string;
  /** The first bytes, as hex. */
  readonly head: string;
  /** Told by the first bytes. */
  readonly format: "elf" | "script" | "other";
}

const headBytes = 64;

/** Reads the program once. Throws as the file system does. */
export function measure(handle: ReadHandle, maxBytes: number): ProgramMeasure {
  const head = new Uint8Array(headBytes);
  const first = head.subarray(0, handle.readAt(head, 0));
  const base = { stat: handle.stat, head: Buffer.from(first).toString("hex"), format: formatOf(first) };
  if (handle.stat.size > maxBytes) return base;
  // One buffer for all of it: a hundred megabytes of pieces would wait for the garbage collector.
  const hash = createHash("sha256");
  const buffer = new Uint8Array(1 << 20);
  let size = 0;
  for (let got = handle.readAt(buffer, 0); got > 0 && size <= maxBytes; got = handle.readAt(buffer, size)) {
    hash.update(buffer.subarray(0, got));
    size += got;
  }
  return size > maxBytes ? base : { ...base, sha256: hash.digest("hex") };
}

export function formatOf(first: Uint8Array): ProgramMeasure["format"] {
  const text = Buffer.from(first.subarray(0, 4)).toString("latin1");
  return text === "\u007fELF" ? "elf" : text.startsWith("#!") ? "script" : "other";
}

/** From the beginning, at most `maxBytes`. */
export function* chunksOf(handle: Pick<ReadHandle, "readAt">, maxBytes: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(1 << 20);
  for (let at = 0; at < maxBytes;) {
    const got = handle.readAt(buffer.subarray(0, Math.min(buffer.length, maxBytes - at)), at);
    if (got === 0) return;
    yield buffer.slice(0, got);
    at += got;
  }
}

/** As `chunksOf`, for a process: opened when the first chunk is asked for, and closed after the last. */
export function* programChunks(
  host: Pick<Host, "processes">,
  process: { readonly pid: number; readonly startTicks: number },
  maxBytes: number,
): Generator<Uint8Array> {
  const handle = host.processes.openProgram(process);
  try {
    yield* chunksOf(handle, maxBytes);
  } finally {
    handle.close();
  }
}
