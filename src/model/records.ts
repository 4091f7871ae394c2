/**
 * The plain records that `openclaw/` hands to the other rooms, whatever the version stored them in.
 * Times are ISO 8601 UTC; money is US dollars; every record says where it was found.
 */
import type { Secret, SecretMark } from "./secret.ts";

/** Where a record was found: the path on the examined host, and a line, row key or config path in it. */
export interface Place {
  readonly path: string;
  readonly locator?: string;
}

export type CreatedVia =
  "operator" | "spawn" | "channel" | "cron" | "talk" | "run" | "plugin" | "internal" | "unknown";

export interface Session {
  /** Absent: OpenClaw's own. Otherwise the session of a command-line back end, as its log tells it. */
  readonly backEnd?: "claude" | "codex";
  readonly agent: string;
  /** Such as "agent:main:main" or "agent:main:telegram:group:42". */
  readonly key: string;
  readonly id: string;
  readonly createdAt?: string;
  readonly lastAt?: string;
  readonly via: CreatedVia;
  readonly actor?: string;
  readonly channel?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly status?: string;
  readonly parentKey?: string;
  /** A hook opened it with text from outside: what kind of text that was, such as "gmail" or "webhook". */
  readonly externalContent?: string;
  /** OpenClaw handed its turns to this command-line back end, such as "claude-cli", whose log has the tool calls. */
  readonly ranOn?: { readonly backEnd: string; readonly sessionId?: string };
  /** Files of the skills that the agent was told of, those that OpenClaw ships left out. */
  readonly skillsSeen?: readonly string[];
  /** Deleted or reset: only an archive is left. */
  readonly archived?: "deleted" | "reset" | "cold";
  /** The session's first run began then, and its transcript begins later: the head was cut off. */
  readonly headCut?: string;
  readonly events: number;
  readonly toolCalls: number;
  /** Only in a file or table that a migration left behind, or there in another form than in use. */
  readonly leftover?: true;
  readonly place: Place;
}

export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** What OpenClaw recorded as the cost; 0 or absent means unpriced, never free. */
  readonly cost?: number;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
}

/** One event of a transcript, in order within its session. */
export interface TranscriptEvent {
  /** Absent: OpenClaw's own transcript. Otherwise the log of a command-line back end, whose tool calls OpenClaw does not record. */
  readonly backEnd?: "claude" | "codex";
  readonly agent: string;
  readonly sessionId: string;
  readonly seq: number;
  readonly at?: string;
  /** "message", "compaction", "reset", "model_change", … as OpenClaw wrote it. */
  readonly type: string;
  readonly role?: "user" | "assistant" | "toolResult" | "system";
  readonly text?: string;
  readonly toolCalls?: readonly ToolCall[];
  /** For a tool result: which call it answers. */
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly isError?: boolean;
  readonly provider?: string;
  readonly model?: string;
  readonly usage?: Usage;
  readonly runId?: string;
  readonly leftover?: true;
  readonly place: Place;
}

export interface DeviceToken {
  readonly role: string;
  readonly scopes: readonly string[];
  readonly secret: Secret;
  readonly createdAt?: string;
  readonly rotatedAt?: string;
  readonly lastUsedAt?: string;
  readonly revokedAt?: string;
}

export interface Device {
  readonly id: string;
  readonly state: "paired" | "pending";
  /** Chosen by the client: never an identity. */
  readonly name?: string;
  /** Given by the operator. */
  readonly label?: string;
  readonly platform?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly origin?: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly remoteIp?: string;
  /** "silent" was approved by nobody. */
  readonly approvedVia?: string;
  readonly createdAt?: string;
  readonly approvedAt?: string;
  readonly lastSeenAt?: string;
  readonly requestId?: string;
  readonly publicKey?: string;
  /** Offers system.run and the like, or asks for it. */
  readonly nodeCommands: readonly string[];
  /** Of these, what a node asks for and nobody has allowed yet. */
  readonly askedCommands?: readonly string[];
  readonly tokens: readonly DeviceToken[];
  readonly leftover?: true;
  readonly place: Place;
}

export interface CronJob {
  readonly id: string;
  readonly name?: string;
  readonly agent?: string;
  readonly enabled: boolean;
  /** OpenClaw's own jobs (heartbeat, memory, skill review) carry a declaration key. */
  readonly managed: boolean;
  readonly schedule: string;
  /** "command" runs a shell command, "agentTurn" gives the agent a message. */
  readonly payloadKind: string;
  /** The command or message, whole. */
  readonly payload: string;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly lastRunAt?: string;
  readonly runs: number;
  readonly createdBy?: string;
  readonly leftover?: true;
  readonly place: Place;
}

export interface SkillFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Text files only, at most 256 KiB. */
  readonly text?: string;
  readonly executable: boolean;
  readonly modifiedAt?: string;
}

export interface Skill {
  readonly name: string;
  readonly source: "workspace" | "managed" | "plugin" | "bundled";
  readonly agent?: string;
  readonly description?: string;
  readonly files: readonly SkillFile[];
  /** SHA-256 over the sorted "path sha256" lines of all files. */
  readonly sha256: string;
  readonly modifiedAt?: string;
  readonly uses?: number;
  readonly firstUsedAt?: string;
  readonly lastUsedAt?: string;
  readonly installedFrom?: string;
  readonly installedAt?: string;
  readonly place: Place;
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

export interface CronRun {
  readonly jobId: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly status?: string;
  readonly error?: string;
  readonly leftover?: true;
  readonly place: Place;
}

/** Something a past approval lets happen again without asking. */
export interface Grant {
  readonly kind: "exec-allowlist" | "standing-grant" | "channel-allow" | "channel-pairing";
  readonly subject: string;
  readonly detail?: string;
  readonly createdAt?: string;
  readonly leftover?: true;
  readonly place: Place;
}
