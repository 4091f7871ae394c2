import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { marks } from "../../src/analyse/index.ts";
import { collectors } from "../../src/collectors/index.ts";
import type { Kept } from "./collected.ts";
import { currentText, keptOfPlanted, matrix } from "./current.ts";
import { readersOf } from "./document.ts";
import { locations } from "./locations.ts";

let kept: readonly Kept[];
beforeAll(async () => {
  kept = await keptOfPlanted();
});

/** Traces of a run, and nothing that runs. */
const listedIsEnough: ReadonlySet<string> = new Set(["/var/spool/anacron/planted"]);

describe("coverage", () => {
  it.each(locations.filter(({ path }) => !listedIsEnough.has(path)))("$path is read", ({ path }) => {
    expect(readersOf(kept, path)).not.toEqual([]);
  });

  it("names techniques that there are", () => {
    const { techniques } = matrix();
    const used = [...collectors, ...marks].flatMap(({ attack }) => attack);
    expect(used.length).toBeGreaterThan(50);
    expect([...new Set(used)].filter((id) => techniques[id] === undefined)).toEqual([]);
  });

  it("says of every collector that it is one of a kind, and within limits", () => {
    const ids = collectors.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, timeoutMs } of collectors) {
      expect(id).toMatch(/^[a-z][a-z0-9-]+$/);
      expect(timeoutMs).toBeGreaterThan(0);
      expect(timeoutMs).toBeLessThanOrEqual(180_000);
    }
  });

  it("is written down as it is: npm run docs:coverage", async () => {
    const written = readFileSync(new URL("../../docs/coverage.md", import.meta.url), "utf8");
    expect(written).toBe(await currentText(kept));
    for (const { id } of collectors) expect(written).toContain(`\`${id}\``);
  });
});
