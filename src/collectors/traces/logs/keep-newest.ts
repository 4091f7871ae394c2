/** Keeping the newest events of each kind, so that a flood of one (failed logins, junk) hides none of the others. Pure. */
import type { HostEvent, HostEventKind } from "../../../model/log-records.ts";

const perKind = 5000;
const perJunk = 200;

export interface Newest {
  /** Of one file, oldest first; files come newest first. */
  readonly file: (events: Iterable<HostEvent>) => void;
  readonly all: () => readonly HostEvent[];
  /** What was left out, as reasons. */
  readonly reasons: () => readonly string[];
}

interface Numbered {
  readonly n: number;
  readonly event: HostEvent;
}

export function keepNewest(): Newest {
  const kept: HostEvent[] = [];
  const counts = new Map<HostEventKind, number>();
  const left = new Map<HostEventKind, number>();
  const drop = (kind: HostEventKind, list: Numbered[], room: number): void => {
    const many = list.length - room;
    if (many <= 0) return;
    list.splice(0, many);
    left.set(kind, (left.get(kind) ?? 0) + many);
  };
  const roomFor = (kind: HostEventKind): number =>
    (kind === "unreadable" ? perJunk : perKind) - (counts.get(kind) ?? 0);
  return {
    file: (events) => {
      const lists = new Map<HostEventKind, Numbered[]>();
      let n = 0;
      for (const event of events) {
        const list = lists.get(event.kind) ?? [];
        lists.set(event.kind, list);
        list.push({ n, event });
        n += 1;
        // Not at every event: taking away the first of a long list costs as much as the list is long.
        if (list.length >= 2 * perKind) drop(event.kind, list, roomFor(event.kind));
      }
      for (const [kind, list] of lists) {
        drop(kind, list, roomFor(kind));
        counts.set(kind, (counts.get(kind) ?? 0) + list.length);
      }
      const inOrder = [...lists.values()].flat().sort((a, b) => a.n - b.n);
      for (const { event } of inOrder) kept.push(event);
    },
    all: () => kept,
    reasons: () => [...left].map(([kind, many]) => `${many} older entries of kind ${kind} were not kept`),
  };
}
