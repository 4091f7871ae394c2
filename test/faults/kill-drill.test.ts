/** `claw-ir drill`, killed: as soon as its keeper has noticed no plaintext is left, and the next drill passes. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseJson } from "../../src/model/json.ts";
import { plaintextIn, temporariesIn, twoMinutesLater, untouched } from "./kill-checks.ts";
import { rounds } from "./kill-rounds.ts";
import { run, stage, type Stage } from "./kill-stage.ts";

const kills = 30;

/** The keeper looks five times a second whether claw-ir lives. */
async function untilKept(at: Stage): Promise<void> {
  for (let look = 0; look < 12_000 && plaintextIn(at, []).length > 0; look += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

function results({ dataDir }: Stage): readonly string[] {
  return existsSync(join(dataDir, "drills")) ? readdirSync(join(dataDir, "drills")) : [];
}

test(`kill -9 of drill: ${kills} times`, async () => {
  const at = await stage();
  const archive = join(at.base, "kept.tar.zst.gpg");
  const made = await run(at, ["backup", "create", "-o", archive, "--json"]);
  expect(made.code, made.err).toBe(0);
  const outside = [at.home, archive].map(untouched);
  let drills = 0;
  await rounds({
    ...{ at, kills, seed: 8, watched: [at.dataDir, join(at.dataDir, "backups")] },
    command: ["drill", archive, "--no-gateway", "--private-key", at.privateKey, "--json"],
    prepare: () => {
      drills = results(at).length;
    },
    afterKill: async () => {
      await untilKept(at);
      expect(plaintextIn(at, [])).toEqual([]);
      expect([at.home, archive].map(untouched)).toEqual(outside);
    },
    between: () => {
      twoMinutesLater(at);
    },
    afterNext: (next) => {
      expect(next.code, next.err).toBe(0);
      expect(parseJson(next.out)).toMatchObject({ verdict: "pass", files: { missing: 0, different: 0 } });
      expect(results(at).length).toBeGreaterThan(drills);
      expect(readdirSync(at.dataDir).filter((name) => name.startsWith("scratch-drill-"))).toEqual([]);
      expect(plaintextIn(at, [])).toEqual([]);
      expect(temporariesIn(at)).toEqual([]);
      expect([at.home, archive].map(untouched)).toEqual(outside);
    },
  });
});
