/** `claw-ir backup create`, killed: no archive under its name that does not verify, no plaintext, nothing else touched. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { verifyArchive } from "../../src/archive/index.ts";
import { trustedSigners } from "../../src/preserve/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { plaintextIn, temporariesIn, twoMinutesLater, untouched } from "./kill-checks.ts";
import { rounds } from "./kill-rounds.ts";
import { stage, type Stage } from "./kill-stage.ts";

const kills = 18;

/** Names in the backups folder. */
function names({ dataDir }: Stage): readonly string[] {
  return readdirSync(join(dataDir, "backups")).toSorted();
}

/** Every archive that has its name is whole, and signed where it ought to be. Returns how many there are. */
async function allWhole(at: Stage, signed: boolean): Promise<number> {
  const host = diskHost();
  const archives = names(at).filter((name) => name.endsWith(".gpg"));
  const signers = await trustedSigners(host, at.dataDir);
  for (const name of archives) {
    const unlock = { privateKey: at.privateKey };
    const verified = await verifyArchive(host, join(at.dataDir, "backups", name), { unlock, signers });
    expect(verified).toMatchObject({ verified: true, checked: "contents", sidecar: true });
    expect(verified.signedBy !== undefined).toBe(signed);
  }
  return archives.length;
}

describe.concurrent("kill -9 of backup create", () => {
  test.each([
    ["zstd", false, 1],
    ["gzip", false, 2],
    ["zstd", true, 3],
    ["gzip", true, 4],
  ] as const)(`%s, signed: %s: ${kills} times`, async (compression, signing, seed) => {
    const at = await stage({ signing });
    const before = [at.stateDir, at.canary].map(untouched);
    let whole = 0;
    await rounds({
      ...{ at, kills, seed, watched: [at.dataDir, join(at.dataDir, "backups")] },
      command: ["backup", "create", "--compression", compression, "--json"],
      prepare: () => {
        for (const name of names(at)) rmSync(join(at.dataDir, "backups", name), { force: true });
      },
      afterKill: async () => {
        expect([at.stateDir, at.canary].map(untouched)).toEqual(before);
        expect(plaintextIn(at, [])).toEqual([]);
        whole = await allWhole(at, signing);
      },
      between: () => {
        twoMinutesLater(at);
      },
      afterNext: async (next) => {
        expect(next.code, next.err).toBe(0);
        expect([at.stateDir, at.canary].map(untouched)).toEqual(before);
        expect(plaintextIn(at, [])).toEqual([]);
        expect(await allWhole(at, signing)).toBe(whole + 1);
        const kinds = names(at).map((name) => name.replace(/^openclaw-backup-.*Z\./, ""));
        const each = [
          "seal.json",
          ...(signing ? ["seal.json.sig"] : []),
          `tar.${compression === "gzip" ? "gz" : "zst"}.gpg`,
        ];
        expect(kinds.toSorted()).toEqual(
          ["catalog.json", ...Array.from({ length: whole + 1 }, () => each).flat()].toSorted(),
        );
        expect(temporariesIn(at)).toEqual([]);
      },
    });
  });
});
