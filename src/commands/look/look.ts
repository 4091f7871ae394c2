/** The commands that list one kind of what a host holds: what each of them is. */
import type { Finding, NotEvaluated } from "../../model/evidence.ts";
import type { RowMark } from "../../analyse/index.ts";
import type { PersistenceSource } from "../../collectors/index.ts";
import type { Redactor } from "../../case/types.ts";
import type { Host } from "../../host/host.ts";
import type { ReadingKind, ReadingSet } from "../../model/readings.ts";
import type { Installation } from "../../openclaw/index.ts";
import type { CommonOptions } from "../options.ts";
import type { Column } from "../present/listing-widths.ts";
import type { Severity } from "../../model/outcome.ts";

export interface LookOptions extends CommonOptions {
  readonly since?: string;
  readonly agent?: string;
  readonly unusual?: true;
  readonly all?: true;
  readonly limit?: number;
  readonly full?: true;
  readonly failOn?: Severity;
}

/** What was read for a table, and what the marks found in it. */
export interface Seen {
  readonly host: Host;
  readonly installation: Installation;
  readonly redactor: Redactor;
  readonly readings: ReadingSet;
  readonly findings: readonly Finding[];
  readonly notEvaluated: readonly NotEvaluated[];
  /** What could not be read, one sentence each. */
  readonly unread: readonly string[];
  /** How many reviews of what is listed have run out: they are asked again. */
  readonly lapsed: number;
  /** What was left out on purpose, with how to get it. */
  readonly leftOut: readonly string[];
  /** From --since, ISO 8601 UTC. */
  readonly since: string | undefined;
  /** Fingerprints are the same in every run, because claw-ir has a key for them on this host. */
  readonly lasting: boolean;
}

export interface LookRow {
  /** One per column, as on the examined host. */
  readonly cells: readonly string[];
  readonly marks: readonly RowMark[];
  /** Its record for --json; secrets are redacted when it is printed. */
  readonly record: object;
  /** Whose it is, for --agent. */
  readonly agent?: string | undefined;
  /** Expected and of no interest: a count stands for it, unless --all is given. */
  readonly ordinary?: boolean;
}

/** One table, with a count above it. */
export interface Section {
  /** Stands before the count, where a command has several tables of one kind. */
  readonly title?: string;
  /** "device", "devices". */
  readonly noun: readonly [one: string, many: string];
  readonly columns: readonly Column[];
  /** What it was read from; default: everything that the command reads. */
  readonly from?: readonly ReadingKind[];
  /** The unusual first. */
  readonly rows: readonly LookRow[];
  /** What its ordinary rows are: "that belong to a package of the system". */
  readonly ordinary?: string;
  /** Lines that the table must not be read without. */
  readonly remarks?: readonly string[];
}

export interface Look {
  readonly name: "sessions" | "skills" | "devices" | "cron" | "persistence" | "secrets";
  readonly summary: string;
  readonly description: string;
  readonly kinds: readonly ReadingKind[];
  /** Which sources of the reading "persistence" it asks; default: all. */
  readonly picks?: (source: PersistenceSource, options: LookOptions) => boolean;
  /** Tool calls are judged, too: every transcript is read. */
  readonly calls?: true;
  /** Only these databases are copied. */
  readonly databases: readonly ("state" | "agent")[];
  /** Without a state of OpenClaw there is nothing to list. */
  readonly needsState: boolean;
  /** What --since means here. */
  readonly since: string;
  /** It shows fingerprints. */
  readonly fingerprints?: true;
  /** What --full adds, which takes long. */
  readonly full?: string;
  /** Records belong to agents. */
  readonly agents?: true;
  readonly sections: (seen: Seen) => readonly Section[];
  /** What to do next, as commands with what they do. */
  readonly next: (hasUnusual: boolean) => readonly (readonly [command: string, does: string])[];
}
