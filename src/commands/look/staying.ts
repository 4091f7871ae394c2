/** What runs, or lets somebody in, by being there: the host's and OpenClaw's own as one kind of record. */
import type { Extension } from "../../model/activity-records.ts";
import { isGenuine, type PersistenceItem } from "../../model/persistence.ts";
import type { ReadingSet } from "../../model/readings.ts";

export function everythingStaying({ persistence, extensions }: ReadingSet): readonly PersistenceItem[] {
  return [...persistence.records, ...extensions.records.map(ofExtension)];
}

/**
 * Tells what is as a package brought it, or only sets a variable for others. A link that switches a unit on is as ordinary as
 * the unit that it leads to.
 */
export function ordinaryAmong(items: readonly PersistenceItem[]): (item: PersistenceItem) => boolean {
  const owned = new Set(items.filter(isGenuine).map(({ place }) => place.path));
  return (item) => {
    const [first = ""] = item.sets;
    const leadsTo = /^link to (\/.+)$/.exec(first)?.[1]?.replace(/^\/lib\//, "/usr/lib/");
    const isSetting = item.mechanism === "host-cron" && item.trigger === undefined && item.kind === "item";
    return isGenuine(item) || isSetting || owned.has(leadsTo ?? "");
  };
}

/** OpenClaw loads or calls it: as good a place to stay as any of the host's. */
function ofExtension(one: Extension): PersistenceItem {
  const { kind, name, enabled, installedFrom, runs, events, place } = one;
  return {
    ...{ mechanism: `openclaw-${kind}`, attack: ["T1546"], kind: "item", name, enabled, odd: [], place },
    ...(events.length === 0 ? {} : { trigger: events.join(" ") }),
    runs: runs === undefined ? [] : [runs],
    sets: installedFrom === undefined ? [] : [`installed from ${installedFrom}`],
    ...(one.bundled ? { package: "openclaw" } : {}),
  };
}
