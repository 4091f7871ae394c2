/**
 * Records of what OpenClaw did or keeps besides sessions, devices and jobs, whatever the version stored them in.
 * Like the records of `records.ts`: ISO 8601 UTC times, and every record says where it was found.
 */
import type { Place } from "./records.ts";
import type { SecretMark } from "./secret.ts";

/** One piece of work in OpenClaw's own ledger: a turn, a sub-agent, a flow, a heartbeat, a standing intent. */
export interface Task {
  readonly id: string;
  readonly kind: "task" | "subagent" | "flow" | "heartbeat" | "intent";
  readonly agent?: string;
  /** What started it, as OpenClaw calls it: "cli", "cron", "channel", … */
  readonly runtime?: string;
  /** The prompt or label. */
  readonly text?: string;
  readonly status?: string;
  /** Result, summary or error, as far as it is kept. */
  readonly outcome?: string;
  readonly createdAt?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Who asked for it: a session key. */
  readonly requester?: string;
  /** For a sub-agent: the session that it got. */
  readonly childSession?: string;
  readonly runId?: string;
  readonly leftover?: true;
  readonly place: Place;
}

/** A question that OpenClaw put to a person, and what became of it. */
export interface Approval {
  readonly id: string;
  /** "exec", "plugin", "system-agent", …, or "mcp-oauth" for a sign-in at an MCP server that was not ended. */
  readonly kind: string;
  readonly status: string;
  readonly decision?: string;
  /** What was asked for: the command, the plugin. */
  readonly subject: string;
  readonly requestedBy?: string;
  /** Who or what answered: "device", "auto", … with its id. */
  readonly resolver?: string;
  readonly sessionKey?: string;
  readonly runId?: string;
  readonly createdAt?: string;
  readonly resolvedAt?: string;
  /** Of the secret that a sign-in is ended with. */
  readonly mark?: SecretMark;
  readonly place: Place;
}

/** Code or a service that OpenClaw loads or calls by itself. */
export interface Extension {
  readonly kind: "hook" | "plugin" | "mcp-server";
  readonly name: string;
  readonly enabled: boolean;
  /** Shipped with OpenClaw itself. */
  readonly bundled: boolean;
  readonly version?: string;
  /** Package, address or folder that it came from. */
  readonly installedFrom?: string;
  readonly installedAt?: string;
  /** What it runs (command with arguments) or calls (address), secrets masked. */
  readonly runs?: string;
  /** For hooks: the events that set it off. */
  readonly events: readonly string[];
  /** Over its manifest or files, as far as they are there. */
  readonly sha256?: string;
  readonly modifiedAt?: string;
  /** Its code, at most 64 KiB; absent for what OpenClaw ships. Not redacted. */
  readonly text?: string;
  readonly leftover?: true;
  readonly place: Place;
}

/** One entry of the agent's memory, or one memory file. */
export interface MemoryEntry {
  readonly agent: string;
  /** Path of the memory file on the examined host, or the key of the entry. */
  readonly subject: string;
  /** Who it came from: only "owner" is the operator. */
  readonly origin: "owner" | "agent" | "untrusted" | "system" | "unknown";
  readonly sessionId?: string;
  readonly observedAt?: string;
  readonly bytes?: number;
  readonly sha256?: string;
  /** The beginning, at most 4 KiB. */
  readonly text?: string;
  /** It was removed, and this tombstone tells of it. */
  readonly removed?: true;
  readonly leftover?: true;
  readonly place: Place;
}

/** Something done to the installation itself. */
export interface Operation {
  readonly kind:
    | "update"
    | "backup"
    | "migration"
    | "restart"
    | "config-health"
    | "transcript-rewrite"
    | "quarantine"
    | "skill-workshop"
    | "diagnostic";
  readonly at: string;
  readonly endedAt?: string;
  readonly status?: string;
  readonly detail: string;
  readonly leftover?: true;
  readonly place: Place;
}

/** A message that went out, or was about to; or one that came in. */
export interface Delivery {
  /** Somebody wrote to the agent. */
  readonly inbound?: true;
  /** With the account where it is not the channel's only one. */
  readonly channel?: string;
  /** Recipient as OpenClaw keeps it, often a pseudonym; of what came in, where it was written. */
  readonly target?: string;
  /** Of what came in: who wrote it, as the channel names them. */
  readonly sender?: string;
  readonly at?: string;
  readonly status?: string;
  readonly sessionId?: string;
  readonly sessionKey?: string;
  readonly runId?: string;
  readonly text?: string;
  readonly place: Place;
}

/** One event of a run's trajectory: what the model was given and which tools ran, beside the transcript. */
export interface TrajectoryEvent {
  readonly agent: string;
  readonly sessionId: string;
  readonly seq: number;
  /** "session.started", "tool.call", "prompt.submitted", … as OpenClaw wrote it. */
  readonly type: string;
  readonly at?: string;
  readonly runId?: string;
  readonly toolName?: string;
  readonly toolCallId?: string;
  readonly arguments?: unknown;
  /** Prompt, result or error, at most 64 KiB. */
  readonly text?: string;
  readonly leftover?: true;
  readonly place: Place;
}

/** A container that OpenClaw made for the tools or the browser of a session. What is mounted into it only its engine knows. */
export interface Sandbox {
  readonly kind: "container" | "browser";
  /** The container's name. */
  readonly name: string;
  readonly session?: string;
  readonly image?: string;
  /** "docker" where it is not named. */
  readonly backEnd?: string;
  /** Of the settings that it was made with, as OpenClaw noted it. */
  readonly configHash?: string;
  readonly createdAt?: string;
  readonly usedAt?: string;
  /** Where a browser can be steered and watched from. */
  readonly ports: readonly number[];
  readonly place: Place;
}
