/**
 * A case is one incident: a 0700 folder with its database, journal, evidence, archives and reports.
 * It is the only thing claw-ir writes outside sealed archives, and everything that goes in passes the redactor first.
 */
import type {
  Artifact,
  Finding,
  NotEvaluated,
  RotationReceipt,
  SwitchedOff,
  TimelineEvent,
} from "../model/evidence.ts";
import type { Json } from "../model/json.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Secret, SecretMark } from "../model/secret.ts";

export interface CaseInfo {
  readonly id: string;
  /** Absolute path of the case folder. */
  readonly path: string;
  readonly playbook: string;
  readonly title: string;
  readonly createdAt: string;
  readonly closedAt?: string;
  readonly host: string;
  /** claw-ir's version that made it. */
  readonly tool: string;
}

export interface JournalEntry {
  /** 1, 2, 3, … without a gap. */
  readonly seq: number;
  readonly at: string;
  /** "case", "step", "artifact", "archive", "mutation", "receipt", "answer", "note", "closed", … */
  readonly kind: string;
  readonly body: { readonly [key: string]: Json };
  /** Hash of the entry before; 64 zeros for the first. */
  readonly prev: string;
  /** SHA-256 over prev and the canonical JSON of seq, at, kind and body. */
  readonly hash: string;
}

export interface Journal {
  /** Durable (fsynced) when it resolves. Journal a mutation before it runs and after it was verified. */
  readonly append: (kind: string, body: { readonly [key: string]: Json }) => Promise<JournalEntry>;
  readonly entries: () => IterableIterator<JournalEntry>;
}

export interface KeepMeta {
  readonly id: string;
  readonly title: string;
  readonly stage: string;
  readonly attack: readonly string[];
  readonly startedAt: string;
}

/** A line of a text format whose fields must stay what they are: secrets are taken out of its parts, not out of the line. */
export interface TextLine {
  /** What the examined host has chosen, such as names. */
  readonly parts: readonly string[];
  /** The line with these parts, which are the same number as before. */
  readonly line: (parts: readonly string[]) => string;
}

export interface EvidenceStore {
  /**
   * Writes the records as JSON lines (redacted), hashes, journals. `records` may be lazy: `outcome` and `reason` are read
   * after the last record, because only then it is known how the reading ended.
   */
  readonly keepRecords: (
    meta: KeepMeta,
    reading: {
      readonly outcome: Outcome;
      readonly reason?: string | undefined;
      readonly records: Iterable<unknown>;
    },
  ) => Promise<Artifact>;
  /** Keeps text such as a log (redacted line by line). */
  readonly keepText: (
    meta: KeepMeta,
    name: string,
    lines: AsyncIterable<string> | Iterable<string>,
  ) => Promise<Artifact>;
  /** As `keepRecords`, for a text format of its own: the records are its lines. */
  readonly keepLines: (
    meta: KeepMeta,
    name: string,
    reading: {
      readonly outcome: Outcome;
      readonly reason?: string | undefined;
      readonly records: Iterable<TextLine>;
    },
  ) => Promise<Artifact>;
  /**
   * Keeps a binary file, such as a program that would be gone with its process. Byte for byte, but for stretches that look
   * like a secret: they are blanked in place, and the artifact's reason says where.
   */
  readonly keepBytes: (meta: KeepMeta, name: string, chunks: Iterable<Uint8Array>) => Promise<Artifact>;
  /** Says that a source gave nothing, and why. */
  readonly none: (meta: KeepMeta, outcome: Exclude<Outcome, "ok">, reason: string) => Promise<Artifact>;
  readonly all: () => readonly Artifact[];
}

/** Small JSON values that steps hand to one another and that survive a crash. Never secrets: redacted like all else. */
export interface Facts {
  readonly get: (key: string) => Json | undefined;
  readonly set: (key: string, value: Json) => void;
}

/** Replaces every learned secret, and whatever looks like a credential, by its fingerprint. */
export interface Redactor {
  readonly key: Uint8Array;
  /** Values shorter than 6 characters are ignored: they would blank out ordinary words. */
  readonly learn: (secret: Secret) => void;
  readonly mark: (secret: Secret) => SecretMark;
  readonly text: (text: string) => string;
  /** Deep: every string, keys included. Objects with toJSON are converted first. */
  readonly json: (value: unknown) => Json;
}

/** A sealed archive as the case remembers it. */
export interface ArchiveRecord {
  readonly archive: string;
  readonly kind: "backup" | "evidence";
  readonly bytes: number;
  readonly sha256: string;
  readonly createdAt: string;
  readonly files: number;
  readonly plainBytes: number;
  readonly durationMs: number;
  readonly recipients: readonly string[];
  readonly passphrase: boolean;
  /** Fingerprint of the key that signed its sidecar. */
  readonly signedBy?: string;
  readonly partial: readonly { readonly path: string; readonly reason: string }[];
  readonly verified: boolean;
}

export interface Case {
  readonly info: CaseInfo;
  readonly journal: Journal;
  readonly evidence: EvidenceStore;
  readonly facts: Facts;
  readonly redactor: Redactor;
  readonly timeline: {
    readonly add: (events: Iterable<TimelineEvent>) => number;
    /** In order of time, then id. */
    readonly each: () => IterableIterator<TimelineEvent>;
    readonly count: () => number;
  };
  readonly findings: {
    readonly add: (finding: Finding) => void;
    readonly all: () => readonly Finding[];
    readonly notEvaluated: (rule: NotEvaluated) => void;
    readonly allNotEvaluated: () => readonly NotEvaluated[];
  };
  readonly receipts: {
    /** Adds or replaces by credential id. */
    readonly put: (receipt: RotationReceipt) => void;
    readonly all: () => readonly RotationReceipt[];
  };
  readonly switchedOff: {
    readonly add: (item: SwitchedOff) => void;
    readonly all: () => readonly SwitchedOff[];
  };
  readonly archives: {
    readonly add: (archive: ArchiveRecord) => Promise<void>;
    readonly all: () => readonly ArchiveRecord[];
  };
  /** A 0700 folder inside the case for copies that are removed when the case is released. */
  readonly scratch: () => Promise<string>;
  /** Removes scratch copies, closes the database, gives the lock back. */
  readonly release: () => Promise<void>;
}
