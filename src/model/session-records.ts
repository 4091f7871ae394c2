/** Sessions of OpenClaw and of its command-line back ends, and the events of their transcripts. */
import type { Place } from "./records.ts";

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
