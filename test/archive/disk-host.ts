/** A host whose files are this machine's, for temp folders only; everything but files, clock and randomness is missing. */
import { randomBytes } from "node:crypto";
import { realFs } from "../../src/host/real/fs.ts";
import type { Host, HostFs } from "../../src/host/host.ts";

export interface DiskHostOptions {
  readonly fs?: Partial<HostFs>;
  readonly signal?: AbortSignal;
  readonly now?: Date;
  readonly run?: Host["run"];
}

export type DiskHost = Pick<Host, "fs" | "clock" | "random" | "signal" | "run" | "facts">;

export function diskHost({ fs, signal, now, run }: DiskHostOptions = {}): DiskHost {
  return {
    fs: { ...realFs(), ...fs },
    clock: {
      now: () => now ?? new Date(),
      monotonic: () => performance.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
    random: (bytes) => randomBytes(bytes),
    signal: signal ?? new AbortController().signal,
    run:
      run ??
      (async () => ({
        code: null,
        stdout: "",
        stderr: "",
        timedOut: false,
        truncated: false,
        missing: true,
      })),
    facts: {
      platform: "linux",
      hostname: "host-a",
      os: "Linux",
      uid: process.getuid?.() ?? 0,
      user: "claw",
      home: "/nonexistent",
      tmp: "/tmp",
      pid: process.pid,
      execPath: process.execPath,
      env: {},
      version: "0.1.0",
    },
  };
}
