import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { transferText } from "../../src/commands/present/transfer.ts";

const gib = 1024 ** 3;

describe("how far it is", () => {
  it.each([
    [
      { done: gib, total: 4 * gib, elapsedMs: 10_000 },
      80,
      "25 %, 1.0 GiB of 4.0 GiB, 102.4 MiB/s, 30.0 s left",
    ],
    [
      { done: gib, total: 4 * gib, isGuess: true, elapsedMs: 10_000 },
      80,
      "25 %, 1.0 GiB of about 4.0 GiB, 102.4 MiB/s, 30.0 s left",
    ],
    [{ done: gib, total: 4 * gib, elapsedMs: 10_000 }, 35, "25 %, 102.4 MiB/s, 30.0 s left"],
    [{ done: gib, total: 4 * gib, elapsedMs: 10_000 }, 20, "25 %, 30.0 s left"],
    [{ done: gib, total: 4 * gib, elapsedMs: 10_000 }, 3, "25 %"],
    // Too early for a rate.
    [{ done: 1024, total: 2048, elapsedMs: 200 }, 80, "50 %, 1.0 KiB of 2.0 KiB"],
    // More than there was last time: the guess is no longer told.
    [{ done: 3 * gib, total: 2 * gib, isGuess: true, elapsedMs: 10_000 }, 80, "3.0 GiB, 307.2 MiB/s"],
    [{ done: 512, elapsedMs: 0 }, 80, "512 B"],
    [{ done: 0, total: 0, elapsedMs: 0 }, 80, "0 B"],
  ])("%j in %d columns", (transfer, room, text) => {
    expect(transferText(transfer, room)).toBe(text);
  });

  it("fits the room that there is, down to the percentage alone", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 10, max: 100 }),
        (done, total, elapsedMs, room) => {
          expect(transferText({ done, total, elapsedMs }, room).length).toBeLessThanOrEqual(room);
        },
      ),
    );
  });
});
