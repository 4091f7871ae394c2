import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Keep, keptBy, type Period } from "../../src/preserve/backup/retention.ts";

interface Item {
  readonly archive: string;
  readonly createdAt: string;
}

const now = new Date("2026-11-25T12:00:00.000Z");
const hour = 3_600_000;

function at(...times: readonly string[]): readonly Item[] {
  return times.map((createdAt, index) => ({ archive: `a${index}`, createdAt }));
}
function kept(items: readonly Item[], keep: Keep): readonly string[] {
  return [...keptBy(items, keep, now).keys()].map(({ createdAt }) => createdAt).toSorted();
}

const items: fc.Arbitrary<readonly Item[]> = fc
  // Up to three years back and a little ahead of the clock, many at the same hour.
  .array(fc.integer({ min: -26_000, max: 50 }), { maxLength: 60 })
  .map((hours) =>
    hours.map((each, index) => ({
      archive: `openclaw-backup-${index}`,
      createdAt: new Date(now.getTime() + each * hour).toISOString(),
    })),
  );
const few = fc.integer({ min: 0, max: 8 });
const keeps: fc.Arbitrary<Keep> = fc.record(
  { last: few, daily: few, weekly: few, monthly: few, yearly: few },
  { requiredKeys: [] },
);

const lengths: Readonly<Record<Exclude<Period, "weekly">, number>> = { daily: 10, monthly: 7, yearly: 4 };

describe("what is kept", () => {
  it("the last ones, however old", () => {
    const all = at("2020-01-01T00:00:00.000Z", "2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z");
    expect(kept(all, { last: 2 })).toEqual(["2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"]);
  });

  it("the newest of a day, by UTC", () => {
    const all = at("2026-11-20T23:59:59.999Z", "2026-11-21T00:00:00.000Z", "2026-11-21T00:00:01.000Z");
    expect(kept(all, { daily: 2 })).toEqual(["2026-11-20T23:59:59.999Z", "2026-11-21T00:00:01.000Z"]);
  });

  it.each([
    ["2026-01-01T10:00:00.000Z", "weekly 2026-W01"],
    // Friday, in the last week of the year before.
    ["2021-01-01T10:00:00.000Z", "weekly 2020-W53"],
    ["2018-12-31T10:00:00.000Z", "weekly 2019-W01"],
    ["2026-11-22T23:59:00.000Z", "weekly 2026-W47"],
    ["2026-11-23T00:00:00.000Z", "weekly 2026-W48"],
  ])("%s lies in %s", (createdAt, reason) => {
    const [why] = keptBy(at(createdAt), { weekly: 1 }, now).values();
    expect(why).toEqual([reason]);
  });

  it("months without a backup take no place", () => {
    const all = at("2025-03-05T00:00:00.000Z", "2026-01-05T00:00:00.000Z", "2026-11-05T00:00:00.000Z");
    expect(kept(all, { monthly: 3 })).toHaveLength(3);
  });

  it("one dated in the future stays, and takes no place from the others", () => {
    const all = at("2026-11-24T00:00:00.000Z", "2027-05-01T00:00:00.000Z");
    const result = keptBy(all, { last: 1 }, now);
    expect([...result.values()].flat()).toEqual([
      "it is dated in the future: the clock went back",
      "one of the last",
    ]);
  });

  it("what does not say when it was made stays", () => {
    expect(kept(at("", "yesterday"), { last: 1 })).toEqual(["", "yesterday"]);
  });
});

describe("whatever the backups and numbers", () => {
  it("the newest one of the past is kept as soon as anything is to be kept", () => {
    fc.assert(
      fc.property(items, keeps, (all, keep) => {
        fc.pre(Object.values(keep).some((count) => count > 0));
        const past = all
          .map(({ createdAt }) => createdAt)
          .filter((time) => Date.parse(time) <= now.getTime());
        const newest = past.toSorted().at(-1);
        if (newest !== undefined) expect(kept(all, keep)).toContain(newest);
      }),
    );
  });

  it.each(["daily", "monthly", "yearly"] as const)(
    "%s: the newest of each of the newest periods, and no other",
    (period) => {
      fc.assert(
        fc.property(items, few, (all, count) => {
          const past = all.filter(({ createdAt }) => Date.parse(createdAt) <= now.getTime());
          const newest = new Map<string, string>();
          for (const { createdAt } of past) {
            const name = createdAt.slice(0, lengths[period]);
            if (createdAt > (newest.get(name) ?? "")) newest.set(name, createdAt);
          }
          const wanted = [...newest].toSorted(([a], [b]) => (a < b ? 1 : -1)).slice(0, count);
          const result = kept(past, { [period]: count });
          expect(result).toEqual(wanted.map(([, time]) => time).toSorted());
        }),
      );
    },
  );

  it("pruning again changes nothing", () => {
    fc.assert(
      fc.property(items, keeps, (all, keep) => {
        const once = [...keptBy(all, keep, now).keys()];
        expect([...keptBy(once, keep, now).keys()]).toHaveLength(once.length);
      }),
    );
  });

  it("more to keep never keeps less", () => {
    fc.assert(
      fc.property(
        items,
        keeps,
        fc.constantFrom("last", "daily", "weekly", "monthly", "yearly"),
        (all, keep, which) => {
          const more = { ...keep, [which]: (keep[which] ?? 0) + 1 };
          const result = keptBy(all, more, now);
          for (const item of keptBy(all, keep, now).keys()) expect(result.has(item)).toBe(true);
        },
      ),
    );
  });

  it("the order in which they are found does not matter, not even at equal times", () => {
    fc.assert(
      fc.property(items, keeps, fc.infiniteStream(fc.nat()), (all, keep, numbers) => {
        const shuffled = all
          .map((item) => [numbers.next().value ?? 0, item] as const)
          .toSorted(([a], [b]) => a - b);
        const names = (found: readonly Item[]): readonly string[] =>
          [...keptBy(found, keep, now).keys()].map(({ archive }) => archive).toSorted();
        expect(names(shuffled.map(([, item]) => item))).toEqual(names(all));
      }),
    );
  });
});
