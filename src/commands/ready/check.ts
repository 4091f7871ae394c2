/** The shape of one question that `claw-ir ready` asks. */
import type { Status } from "../../case/status.ts";
import type { Host } from "../../host/host.ts";
import type { Installation, Target } from "../../openclaw/index.ts";

export interface Verdict {
  readonly state: "ok" | "warn" | "fail" | "unknown";
  /** What was found, as one line. */
  readonly detail: string;
  /** What to do about it: a command, or a sentence; empty where there is nothing to do. */
  readonly fix: string;
}

export interface ReadyScene {
  readonly host: Host;
  readonly target: Target;
  readonly installation: Installation;
  readonly dataDir: string;
  readonly status: Status;
  readonly profile?: string;
}

/** Reads only; whatever it throws is an "unknown" with the reason. */
export interface Check {
  /** Stable, kebab-case: scripts look for it. */
  readonly id: string;
  readonly title: string;
  /** After so many milliseconds it is "unknown". Default 30,000. */
  readonly timeoutMs?: number;
  readonly run: (scene: ReadyScene) => Promise<Verdict>;
}

export const ok = (detail: string): Verdict => ({ state: "ok", detail, fix: "" });
export const warn = (detail: string, fix: string): Verdict => ({ state: "warn", detail, fix });
export const fail = (detail: string, fix: string): Verdict => ({ state: "fail", detail, fix });
export const unknown = (detail: string, fix: string): Verdict => ({ state: "unknown", detail, fix });

/** "3 days", "5 h"; for times in the future "0 min". */
export function ageText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`;
}

export const dayMs = 24 * 3600_000;
