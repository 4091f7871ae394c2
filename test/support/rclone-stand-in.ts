/**
 * rclone as far as copies need it, over a folder; words and exit codes as rclone 1.60 has them. What it does not know is an
 * error. `hashes: false` is a place that knows no SHA-256, such as WebDAV.
 */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Run, RunResult } from "../../src/host/host.ts";

export interface RcloneStandIn {
  readonly run: Run;
  /** Verbs in order. */
  readonly calls: string[];
  /** Called with the path of what has just arrived. */
  onArrival: (path: string) => void;
}

const good: RunResult = {
  code: 0,
  stdout: "",
  stderr: "",
  timedOut: false,
  truncated: false,
  missing: false,
};

export function rcloneStandIn(
  folder: string,
  { hashes = true }: { readonly hashes?: boolean } = {},
): RcloneStandIn {
  const calls: string[] = [];
  const at = (remote: string): string => join(folder, /^nas:(.*)$/.exec(remote)?.[1] ?? "unknown-remote");
  const say = (code: number, text: string): RunResult => ({
    ...good,
    code,
    stderr: `2026/11/21 10:00:00 ${text}\n`,
  });
  const stand: RcloneStandIn = {
    calls,
    onArrival: () => undefined,
    run: async ([program, ...args]) => {
      if (program !== "rclone") return { ...good, code: null, missing: true };
      // The verb's own words; options that every call has stand behind them.
      const end = args.findIndex((word) => word === "--config" || word === "--ask-password=false");
      const [verb = "", ...words] = end < 0 ? args : args.slice(0, end);
      calls.push(args[0] ?? "");
      if (args[0] === "version") return { ...good, stdout: "rclone v1.60.1\n" };
      const names = words.filter((word) => word.startsWith("nas:"));
      const [first = "", second = ""] = names.map(at);
      switch (verb) {
        case "lsjson":
          if (!existsSync(first)) return say(3, "Failed to lsjson: directory not found");
          return {
            ...good,
            stdout: JSON.stringify({
              Size: statSync(first).size,
              IsDir: false,
              ...(hashes ? { Hashes: { sha256: hash(first) } } : {}),
            }),
          };
        case "hashsum":
          return { ...good, stdout: `${hash(first)}  ${first}\n` };
        case "copyto":
          mkdirSync(dirname(first), { recursive: true });
          copyFileSync(words[0] ?? "", first);
          stand.onArrival(first);
          return good;
        case "moveto":
          renameSync(first, second);
          return good;
        default:
          return say(1, `Fatal error: unknown command "${verb}"`);
      }
    },
  };
  return stand;
}

function hash(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
