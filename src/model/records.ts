/**
 * The plain records that `openclaw/` hands to the other rooms, whatever the version stored them in.
 * Times are ISO 8601 UTC; money is US dollars; every record says where it was found.
 */
import type { GrantEntry } from "./grant-entry.ts";
import type { Secret, SecretMark } from "./secret.ts";

/** Where a record was found: the path on the examined host, and a line, row key or config path in it. */
export interface Place {
  readonly path: string;
  readonly locator?: string;
}

/** One secret that OpenClaw holds, at one place. The same value found twice is two records with one fingerprint. */
export interface Credential {
  /** Stable within an installation: kind, provider and label, such as "gateway-token" or "anthropic/anthropic:manual". */
  readonly id: string;
  readonly kind:
    | "gateway-token"
    | "provider-key"
    | "channel-token"
    | "hook-token"
    | "device-token"
    | "store-secret"
    | "env"
    | "oauth"
    | "identity-key"
    | "socket-token"
    | "other";
  readonly provider: string;
  readonly label: string;
  /** Absent for a SecretRef, which is recognised and never resolved. */
  readonly secret?: Secret;
  readonly mark?: SecretMark;
  readonly ref?: string;
  /** In use, as opposed to a copy in a backup, a soft-deleted row or a log. */
  readonly live: boolean;
  readonly createdAt?: string;
  readonly place: Place;
}

export interface ConfigWrite {
  readonly at: string;
  readonly event: string;
  readonly origin?: string;
  readonly changedPaths: readonly string[];
  readonly argv?: readonly string[];
  readonly pid?: number;
  readonly nextHash?: string;
  readonly suspicious: readonly string[];
  readonly leftover?: true;
  readonly place: Place;
}

/** A row of OpenClaw's own action ledger: what happened, without content. */
export interface AuditEvent {
  readonly at: string;
  readonly kind: string;
  readonly action: string;
  readonly status?: string;
  readonly actor?: string;
  readonly agent?: string;
  readonly sessionId?: string;
  readonly runId?: string;
  readonly toolName?: string;
  readonly channel?: string;
  readonly place: Place;
}

export interface GatewayBoot {
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly pid?: number;
  /** "clean_stop", or absent after a crash or SIGKILL. */
  readonly outcome?: string;
  readonly reason?: string;
  readonly place: Place;
}

/** Something a past approval lets happen again without asking. */
export interface Grant {
  readonly kind: "exec-allowlist" | "standing-grant" | "channel-allow" | "channel-pairing";
  readonly subject: string;
  readonly detail?: string;
  readonly createdAt?: string;
  /** Who said yes to it, as OpenClaw wrote it down: "device 3f2a…", "channel telegram:777". */
  readonly madeBy?: string;
  /** What can be taken out; absent where the record is history that lets nothing happen by itself. */
  readonly entry?: GrantEntry;
  readonly leftover?: true;
  readonly place: Place;
}
