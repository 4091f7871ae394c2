import { describe, expect, it } from "vitest";
import { hammer, naiveCopyHolds, snapshots } from "../preserve/backup-writer.ts";

describe("processes that write to a database as hard as they can", () => {
  it.each([
    ["wal", 1],
    ["wal", 3],
    ["delete", 2],
  ] as const)(
    "100 copies, journal mode %s, %d writers: whole, committed, none older than the one before",
    async (mode, count) => {
      const writers = await hammer(mode, count);
      try {
        const rows = await snapshots(writers, 100);
        expect(rows.at(-1)).toBeGreaterThan(rows[0] ?? 0);
      } finally {
        await writers.close();
      }
    },
  );

  it.each([
    ["the file alone", false],
    ["the file and then its log", true],
  ] as const)("the naive copy of %s does not hold", async (_what, withLog) => {
    const writers = await hammer("wal", 2);
    try {
      let held = 0;
      let rounds = 0;
      for (; rounds < 400 && held === rounds; rounds += 1)
        held += (await naiveCopyHolds(writers, withLog)) ? 1 : 0;
      expect(held, "every naive copy held").toBeLessThan(rounds);
    } finally {
      await writers.close();
    }
  });
});
