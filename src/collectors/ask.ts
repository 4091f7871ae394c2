/** Asking a program of the system that knows what no file tells: bounded, and its absence is an answer. */
import type { Host } from "../host/host.ts";
import type { Outcome } from "../model/outcome.ts";
import { shown } from "../model/text.ts";

export interface Told {
  readonly ok: true;
  readonly stdout: string;
  readonly stderr: string;
  /** It said more than it may. */
  readonly cut: boolean;
}
export interface Untold {
  readonly ok: false;
  readonly outcome: Exclude<Outcome, "ok">;
  readonly reason: string;
}
export interface AskLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Exit codes that are an answer; default 0 alone. */
  readonly codes?: readonly number[];
}

/** Never throws because of the program. The reason names it by its first two words. */
export async function ask(
  host: Pick<Host, "run">,
  argv: readonly [string, ...string[]],
  { timeoutMs, maxBytes, codes = [0] }: AskLimits,
): Promise<Told | Untold> {
  const name = argv.slice(0, 2).join(" ");
  const result = await host.run(argv, { timeoutMs, maxBytes });
  const { code, stdout, stderr, timedOut, truncated, missing } = result;
  if (missing) return { ok: false, outcome: "missing", reason: `${argv[0]} is not installed` };
  if (timedOut) return { ok: false, outcome: "timeout", reason: `${name} did not answer in time` };
  if (code !== null && codes.includes(code)) return { ok: true, stdout, stderr, cut: truncated };
  const said = shown(stderr.trim().split("\n")[0] ?? "", 160);
  const denied = /permission denied|not permitted|must be root|access denied/i.test(stderr);
  return {
    ok: false,
    outcome: denied ? "denied" : "error",
    reason: `${name} ended with ${code ?? "a signal"}${said === "" ? "" : `: ${said}`}`,
  };
}
