import type { Json } from "../model/json.ts";
import type { GatewayLocation, HowItRan, Installation, StoppedService } from "../openclaw/types.ts";

export interface StartLimits {
  /** Until /readyz says ready. OpenClaw took 18 to 57 s on a loaded host with two processors; one that ends is not waited for. */
  readonly readyMs: number;
  readonly pollMs: number;
}

export const startLimits: StartLimits = { readyMs: 600_000, pollMs: 400 };

/** A program that would be started, and where its path comes from. */
export interface Program {
  /** Without the gateway's own arguments: the program, or node and its script. */
  readonly argv: readonly [string, ...string[]];
  readonly source: string;
}

export interface StartRequest {
  readonly installation: Pick<Installation, "target" | "gatewayPort" | "gatewayBind" | "config">;
  /** As the stop recorded them (StopProof.services). */
  readonly stoppedServices: readonly StoppedService[];
  readonly howItRan?: HowItRan;
  /** The openclaw program the user named; nothing else is tried then. */
  readonly openclaw?: string;
  /**
   * Asked before a program is started that only a file in the suspect state names. Without it such a program is never
   * started.
   */
  readonly trust?: (program: Program) => Promise<boolean>;
  /** Takes the output of a gateway that is started here; made with mode 0600. */
  readonly logFile: string;
  readonly locate: () => Promise<GatewayLocation>;
  readonly journal: (what: string, detail: { readonly [key: string]: Json }) => Promise<void>;
  readonly say: (text: string) => void;
  readonly limits?: Partial<StartLimits>;
}

/**
 * What came of the start. JSON-safe.
 * - "ready": /readyz says ready, and the process that listens is the one its lock file names.
 * - "started-not-ready": it runs, and was not ready in time or cannot be shown to be.
 * - "failed": it was tried and it does not run.
 * - "no-way": nothing was tried; `reason` holds what to do by hand.
 */
export interface StartProof {
  readonly state: "ready" | "started-not-ready" | "failed" | "no-way";
  /** Required for all but "ready". */
  readonly reason?: string;
  readonly pid?: number;
  /** From the start to readiness. */
  readonly readyMs?: number;
  /** What was done and seen, in order, one sentence each. */
  readonly how: readonly string[];
  readonly warnings: readonly string[];
}

/** An attempt under way: how to see that it has failed before the time is over. */
export interface Attempt {
  /** The pid that was started here; none when a service manager started it. */
  readonly pid?: number;
  /** Why it will not come up any more, or undefined. */
  readonly ended: () => Promise<string | undefined>;
  /** Where to read on. */
  readonly logs: string;
}
