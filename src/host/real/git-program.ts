/** Git as it is run here: with a git folder and a configuration of ours, whatever repository its objects belong to. */
import { type ChildResult, runChild } from "./child.ts";
import { childEnv } from "./programs.ts";
import type { RunSetting } from "./run.ts";

export type Git = (
  args: readonly string[],
  options: {
    readonly maxBytes: number;
    readonly input?: string | Uint8Array;
    /** Default: `timeoutMs`. */
    readonly timeoutMs?: number;
  },
) => Promise<ChildResult>;

export const timeoutMs = 30_000;
export const maxListing = 64 * 1024 * 1024;

/** `own` is a git folder that we have just made; `added` overrides. */
export function gitIn(
  own: string,
  program: string,
  setting: RunSetting,
  added: Readonly<Record<string, string>> = {},
): Git {
  return (args, options) =>
    runChild(
      program,
      ["--no-pager", "-c", "protocol.allow=never", "-c", "log.showSignature=false", ...args],
      {
        timeoutMs,
        ...options,
        cwd: own,
        stopWhenFull: true,
        env: childEnv(setting.env, setting.toolPath, { ...cleanGitEnv(own), ...added }),
        signal: setting.signal,
      },
    );
}

function cleanGitEnv(own: string): Record<string, string> {
  return {
    HOME: own,
    XDG_CONFIG_HOME: own,
    GIT_DIR: own,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "none",
    GIT_PAGER: "cat",
    LC_ALL: "C.UTF-8",
  };
}
