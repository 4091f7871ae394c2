/** How each source of the reading "persistence" ended; what was read before is not read again. */
import type { Reading } from "../model/outcome.ts";
import type { PersistenceItem } from "../model/persistence.ts";
import { joined } from "./persistence/source.ts";
import { persistenceSources } from "./persistence/sources.ts";
import type { PersistenceSource, Sources } from "./sources.ts";

type Ended = ReadonlyMap<string, Pick<Reading<PersistenceItem>, "outcome" | "reason">>;

/** Sources that are done in a moment; the others go through every program of the host. */
export function isQuick({ slow }: PersistenceSource): boolean {
  return slow !== true;
}

/** Of the quick sources, by their ids. */
export async function mechanismsOf(sources: Sources): Promise<Ended> {
  return endedBy(sources, isQuick, (_, reading) => reading);
}

/** Of the sources that `picks` names, by their ids; the reasons say of what they are, as those of the reading do. */
export async function endedSources(
  sources: Sources,
  picks: (source: PersistenceSource) => boolean = () => true,
): Promise<Ended> {
  return endedBy(sources, picks, (source, reading) => joined([[source, reading]]));
}

async function endedBy(
  sources: Sources,
  picks: (source: PersistenceSource) => boolean,
  told: (source: PersistenceSource, reading: Reading<PersistenceItem>) => Reading<PersistenceItem>,
): Promise<Ended> {
  const ended = new Map<string, Pick<Reading<PersistenceItem>, "outcome" | "reason">>();
  for (const source of persistenceSources.filter(picks)) {
    const { outcome, reason } = told(source, await sources.readings.persistence(source, sources));
    ended.set(source.id, reason === undefined ? { outcome } : { outcome, reason });
  }
  return ended;
}
