/** What a seal and a verification tell while they work. */
import { randomFillSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type SealProgress, verifyArchive } from "../../src/archive/index.ts";
import { diskHost } from "./disk-host.ts";
import { seal, tempFolder } from "./sealing.ts";

const size = 24 * 1024 * 1024;

test("a seal tells how far it is also within a large file, and then how far it is read back", async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "large"), randomFillSync(Buffer.alloc(size)));
  const told: SealProgress[] = [];
  const { archive, unlock } = await seal(folder, { onProgress: (progress) => told.push(progress) });
  const sealing = told.filter(({ phase }) => phase === "sealing").map(({ bytes }) => bytes);
  expect(sealing.filter((bytes) => bytes > 0 && bytes < size).length).toBeGreaterThan(5);
  expect(sealing).toEqual(sealing.toSorted((a, b) => a - b));
  expect(sealing.at(-1)).toBe(size);
  const readBack = told.filter(({ phase }) => phase === "reading back");
  expect(readBack.length).toBeGreaterThan(3);
  expect(readBack.every(({ total }) => total === size)).toBe(true);
  expect(told.indexOf(readBack[0]!)).toBeGreaterThan(sealing.length - 1);

  const verified: number[] = [];
  await verifyArchive(diskHost(), archive, {
    unlock,
    onProgress: ({ bytes, total }) => {
      expect(total).toBe(size);
      verified.push(bytes);
    },
  });
  expect(verified.length).toBeGreaterThan(3);
  expect(verified.at(-1)).toBeLessThanOrEqual(size);
});
