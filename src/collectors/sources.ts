import type { Redactor } from "../case/types.ts";
import type { Host } from "../host/host.ts";
import type { Reading } from "../model/outcome.ts";
import type { PersistenceItem } from "../model/persistence.ts";
import type { ReadingKind, ReadingSet } from "../model/readings.ts";
import type { Installation, StateReader, Target } from "../openclaw/types.ts";

/** What a reading is made from. */
export interface Sources {
  readonly host: Host;
  readonly target: Target;
  readonly installation: Installation;
  /** Absent before the state was copied, and where there is no state. */
  readonly state?: StateReader;
  readonly redactor: Redactor;
  /** A folder of ours for what is only needed while reading; absent where there is none. */
  readonly scratch?: () => Promise<string>;
  /** Walk every local file system, not only where an agent and an intruder write. */
  readonly full?: boolean;
  /** What was read is kept here, so that analysis judges the records that were collected. */
  readonly readings: Readings;
}

/** Each kind is read once per run; a reading that failed says so and is not tried again. */
export interface Readings {
  readonly get: <K extends ReadingKind>(kind: K, sources: Sources) => Promise<ReadingSet[K]>;
  /** One source of the reading "persistence", read once per run as well. */
  readonly persistence: (source: PersistenceSource, sources: Sources) => Promise<Reading<PersistenceItem>>;
  /** A reading that came with another one; it is not read again. */
  readonly put: <K extends ReadingKind>(kind: K, reading: ReadingSet[K]) => void;
  readonly all: (sources: Sources) => Promise<ReadingSet>;
}

/**
 * One mechanism by which something runs, or lets somebody in, by being there. Each source is a collector with an artifact
 * of its own; the reading "persistence" is all of them together.
 */
export interface PersistenceSource {
  /** Stable: the collector's id, and the `mechanism` of its items. */
  readonly id: string;
  readonly title: string;
  readonly attack: readonly string[];
  readonly timeoutMs: number;
  /** What root would add, as the end of "as root: …". */
  readonly rootAdds?: string;
  readonly platform: "linux" | "darwin" | "any";
  /** It looks at every file of the host: many seconds, where the others take some milliseconds. */
  readonly slow?: true;
  /** Never throws because of content. Items of one place come in the order of the file. */
  readonly read: (sources: Sources) => Promise<Reading<PersistenceItem>>;
}
