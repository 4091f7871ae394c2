import type { Redactor } from "../case/types.ts";
import type { Host } from "../host/host.ts";
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
  /** What was read is kept here, so that analysis judges the records that were collected. */
  readonly readings: Readings;
}

/** Each kind is read once per run; a reading that failed says so and is not tried again. */
export interface Readings {
  readonly get: <K extends ReadingKind>(kind: K, sources: Sources) => Promise<ReadingSet[K]>;
  readonly all: (sources: Sources) => Promise<ReadingSet>;
}
