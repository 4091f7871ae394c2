import type { Unlock } from "../../archive/index.ts";
import type { Installation } from "../../openclaw/types.ts";

export interface DrillLimits {
  /** Until the drill's gateway says ready. OpenClaw took 18 to 57 s on a loaded host with two processors; one that ends is not waited for. */
  readonly readyMs: number;
  readonly pollMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly termMs: number;
  /** From SIGKILL to giving up on a process that cannot be killed. */
  readonly killMs: number;
  /** Rows of one database are counted no longer than this. */
  readonly countMs: number;
}

export const drillLimits: DrillLimits = {
  readyMs: 600_000,
  pollMs: 400,
  termMs: 10_000,
  killMs: 10_000,
  countMs: 20_000,
};

/** Whether a real gateway is started on the restored copy. */
export type GatewayWish =
  | { readonly start: true; readonly openclaw?: string }
  /** `asked`: by the user, so that the drill is whole without it. */
  | { readonly start: false; readonly reason: string; readonly asked: boolean };

export interface DrillRequest {
  readonly archive: string;
  readonly unlock: Unlock;
  readonly dataDir: string;
  /** Where the scratch folder is made; default: the data folder. */
  readonly scratchParent?: string;
  readonly gateway: GatewayWish;
  /** This host's own OpenClaw: its program is what is started, and its gateway is what must not be disturbed. */
  readonly installation: Installation;
  readonly dueDays: number;
  /** It runs by a timer, not by hand. */
  readonly scheduled: boolean;
  readonly progress: DrillProgress;
  readonly limits?: Partial<DrillLimits>;
}

export interface DrillProgress {
  readonly start: (title: string) => void;
  readonly detail: (text: string) => void;
}

export interface FileCounts {
  readonly expected: number;
  readonly matched: number;
  readonly missing: number;
  readonly different: number;
}

export interface DatabaseCheck {
  /** As on the host the archive was made on. */
  readonly path: string;
  /** "ok", what SQLite says is wrong, or why it could not be checked. */
  readonly integrity: string;
  readonly state: "ok" | "damaged" | "unchecked";
  /** Of all its tables; null where they could not be counted. */
  readonly rows: number | null;
  readonly tables: number;
  /** Whole sentences. */
  readonly notes: readonly string[];
}

export type GatewayCheck =
  | {
      readonly started: boolean;
      readonly ready: boolean;
      /** From the start until it was ready, or until it was given up. */
      readonly seconds: number;
      readonly reason?: string;
      readonly program?: string;
    }
  | { readonly skipped: true; readonly reason: string };

/** As the contract has it, with what people read beside it. Holds no secret. JSON-safe. */
export interface DrillResult {
  readonly archive: string;
  /** Of the archive's bytes; null where they could not be read. */
  readonly sha256: string | null;
  readonly kind: "backup" | "evidence" | "unknown";
  /** When the archive was made, where it says. */
  readonly archivedAt: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  /** From opening the archive until files and databases were checked; null where it did not come so far. */
  readonly restoreSeconds: number | null;
  /** With the start of the gateway: what an operator can promise. */
  readonly recoverySeconds: number | null;
  readonly files: FileCounts;
  readonly bytes: number;
  readonly databases: readonly DatabaseCheck[];
  readonly config: { readonly valid: boolean; readonly version: string | null };
  readonly gateway: GatewayCheck;
  readonly verdict: "pass" | "fail";
  /** Why it failed; whole sentences. */
  readonly problems: readonly string[];
  /** What could not be checked; whole sentences. */
  readonly unchecked: readonly string[];
  /** Worth knowing before a real restore; whole sentences. */
  readonly notes: readonly string[];
  readonly nextDue: string;
  /** Exit code of the contract. */
  readonly exit: number;
}
