import type { ReadingKind, ReadingSet } from "../model/readings.ts";
import type { CollectContext, CollectResult } from "./collector.ts";

type Item<K extends ReadingKind> = ReadingSet[K]["records"][number];

/** A collector whose records are those of one reading, each turned by `keep` into what may be written down. */
export function fromReading<K extends ReadingKind>(
  kind: K,
  keep?: (record: Item<K>, context: CollectContext) => unknown,
): (context: CollectContext) => Promise<CollectResult> {
  return async (context) => {
    const reading: {
      readonly outcome: CollectResult["outcome"];
      readonly reason?: string;
      readonly records: readonly Item<K>[];
    } = await context.readings.get(kind, context);
    return {
      outcome: reading.outcome,
      reason: reading.reason,
      records: keep === undefined ? reading.records : reading.records.map((record) => keep(record, context)),
    };
  };
}
