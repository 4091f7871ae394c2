/** Sources of the reading "persistence": as collectors, and joined. */
import { messageOf } from "../../model/errors.ts";
import type { Outcome, Reading } from "../../model/outcome.ts";
import { unread } from "../../model/outcome.ts";
import type { PersistenceItem } from "../../model/persistence.ts";
import type { Collector } from "../collector.ts";
import type { PersistenceSource, Sources } from "../sources.ts";

export function collectorOf(source: PersistenceSource): Collector {
  const { id, title, attack, timeoutMs, rootAdds, slow } = source;
  return {
    ...{ id, title, attack, timeoutMs, stage: "collect", liveOnly: false },
    ...(rootAdds === undefined ? {} : { rootAdds }),
    ...(slow === true ? { wide: true } : {}),
    collect: async (sources) => await sources.readings.persistence(source, sources),
  };
}

/** What a source gives, also when it fails. */
export async function readSource(
  source: PersistenceSource,
  sources: Sources,
): Promise<Reading<PersistenceItem>> {
  try {
    return await source.read(sources);
  } catch (error) {
    return unread("error", messageOf(error));
  }
}

/** One reading out of all sources: ok only if each is, and the reasons say which is not. */
export function joined(
  readings: readonly (readonly [source: PersistenceSource, reading: Reading<PersistenceItem>])[],
): Reading<PersistenceItem> {
  const records = readings.flatMap(([, reading]) => reading.records);
  const bad = readings.filter(([, { outcome }]) => outcome !== "ok");
  if (bad.length === 0) return { outcome: "ok", records };
  const reason = bad
    .map(([{ title }, reading]) => `${title}: ${reading.reason ?? reading.outcome}`)
    .join("; ");
  const outcome: Outcome = "partial";
  return { outcome, reason, records };
}
