/** `claw-ir backup prune`, killed: what is to stay is whole, what goes is whole or gone, and the next one ends it. */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { archiveName, sealArchive, sidecarPath, verifyArchive } from "../../src/archive/index.ts";
import { configuredRecipients, loadSigner, trustedSigners } from "../../src/preserve/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { contentOf, plaintextIn, temporariesIn, twoMinutesLater, untouched } from "./kill-checks.ts";
import { rounds } from "./kill-rounds.ts";
import { stage, type Stage } from "./kill-stage.ts";

const kills = 30;
const stays = 2;
const foreign = ["holiday.txt", "openclaw-backup-other-20260101T000000Z.tar.zst.gpg"];

/** Six signed archives of six days, and files of somebody else. Returns the names of the archives, oldest first. */
async function fillPool(at: Stage, pool: string): Promise<readonly string[]> {
  mkdirSync(pool);
  const made: string[] = [];
  const { usable: recipients } = await configuredRecipients(diskHost(), at.dataDir);
  for (let day = 1; day <= 6; day += 1) {
    const host = diskHost({ now: new Date(Date.UTC(2026, 9, day)) });
    const signer = await loadSigner(diskHost(), at.dataDir, () => undefined);
    const { archive } = await sealArchive(host, {
      kind: "backup",
      roots: [{ real: at.canary, as: "/home/claw/.openclaw" }],
      outFile: join(pool, archiveName("backup", "host-a", host.clock.now(), "zstd")),
      recipients,
      ...(signer === undefined ? {} : { signer }),
      meta: { hostname: "host-a", tool: "claw-ir 0.0.0" },
    });
    made.push(basename(archive));
  }
  for (const name of foreign) writeFileSync(join(pool, name), "not ours");
  return made;
}

test(`kill -9 of backup prune: ${kills} times`, async () => {
  const at = await stage({ signing: true });
  const backups = join(at.dataDir, "backups");
  const pool = join(at.base, "pool");
  const made = await fillPool(at, pool);
  const kept = made.slice(-stays).flatMap((name) => {
    const sidecar = basename(sidecarPath(name));
    return [name, sidecar, `${sidecar}.sig`];
  });
  const answers = join(at.base, "answers.json");
  writeFileSync(answers, '{"backup.prune": true}');
  const before = [at.stateDir, at.canary, pool].map(untouched);
  const host = diskHost();
  const signers = await trustedSigners(host, at.dataDir);
  const check = async (): Promise<void> => {
    const there = readdirSync(backups);
    expect(there).toEqual(expect.arrayContaining([...kept, ...foreign]));
    for (const name of made.filter((one) => there.includes(one))) {
      const unlock = { privateKey: at.privateKey };
      const verified = await verifyArchive(host, join(backups, name), { unlock, signers });
      expect(verified).toMatchObject({ checked: "contents", sidecar: true, signature: "good" });
    }
    expect([at.stateDir, at.canary, pool].map(untouched)).toEqual(before);
    expect(plaintextIn(at, [])).toEqual([]);
  };
  await rounds({
    ...{ at, kills, seed: 5, watched: [at.dataDir, backups] },
    command: ["backup", "prune", "--keep-last", String(stays), "--answers", answers, "--json"],
    prepare: () => {
      rmSync(backups, { recursive: true });
      cpSync(pool, backups, { recursive: true });
    },
    afterKill: check,
    between: () => {
      twoMinutesLater(at);
    },
    afterNext: async (next) => {
      expect(next.code, next.err).toBe(0);
      await check();
      const rest = readdirSync(backups).filter((name) => !["catalog.json", "prune.log"].includes(name));
      expect(rest.toSorted()).toEqual([...kept, ...foreign].toSorted());
      const was = contentOf(pool).filter((line) => kept.some((name) => line.startsWith(`/${name} `)));
      expect(temporariesIn(at)).toEqual([]);
      expect(contentOf(backups)).toEqual(expect.arrayContaining([...was]));
    },
  });
});
