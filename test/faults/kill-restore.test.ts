/** `claw-ir restore`, killed: the target is whole or not there, the live state is the old one or the new one, or the next run ends it. */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contentOf, plaintextIn, temporariesIn, untouched } from "./kill-checks.ts";
import { rounds } from "./kill-rounds.ts";
import { run, stage, type Stage } from "./kill-stage.ts";

const kills = 36;

async function backupOf(at: Stage): Promise<string> {
  const archive = join(at.base, "kept.tar.zst.gpg");
  const made = await run(at, ["backup", "create", "-o", archive, "--json"]);
  expect(made.code, made.err).toBe(0);
  return archive;
}

test(`kill -9 of restore --target: ${kills} times`, async () => {
  const at = await stage();
  const archive = await backupOf(at);
  const place = join(at.base, "place");
  const target = join(place, "target");
  mkdirSync(place);
  writeFileSync(join(place, "neighbour"), "somebody else's");
  const command = ["restore", archive, "--target", target, "--private-key", at.privateKey, "--json"];
  const first = await run(at, command);
  expect(first.code, first.err).toBe(0);
  const whole = contentOf(target);
  const outside = [at.home, at.dataDir, archive].map(untouched);
  await rounds({
    ...{ at, kills, seed: 6, watched: [place], command },
    prepare: () => {
      rmSync(target, { recursive: true, force: true });
    },
    afterKill: () => {
      if (existsSync(target)) expect(contentOf(target)).toEqual(whole);
      expect(plaintextIn(at, [place])).toEqual([]);
      expect([at.home, at.dataDir, archive].map(untouched)).toEqual(outside);
    },
    between: () => {
      rmSync(target, { recursive: true, force: true });
    },
    afterNext: (next) => {
      expect(next.code, next.err).toBe(0);
      expect(contentOf(target)).toEqual(whole);
      expect(readdirSync(place).toSorted()).toEqual(["neighbour", "target"]);
      expect(plaintextIn(at, [target])).toEqual([]);
      expect(temporariesIn(at)).toEqual([]);
      expect([at.home, at.dataDir, archive].map(untouched)).toEqual(outside);
    },
  });
});

test(`kill -9 of restore --in-place: ${kills} times`, async () => {
  const at = await stage();
  const archive = await backupOf(at);
  const answers = join(at.base, "answers.json");
  writeFileSync(answers, '{"restore.in-place": "restore"}');
  const command = ["restore", archive, "--in-place", "--private-key", at.privateKey, "--json"];
  command.push("--answers", answers);
  // The live state is another one than the archive's, so that old and new can be told apart.
  writeFileSync(join(at.stateDir, "workspace", "only-in-the-old-one"), "x");
  const old = contentOf(at.stateDir);
  const kept = join(at.base, "old");
  const first = await run(at, command);
  expect(first.code, first.err).toBe(0);
  const [asideName = ""] = asides(at);
  renameSync(join(at.home, asideName), kept);
  const restored = contentOf(at.stateDir);
  const outside = [at.dataDir, archive, at.canary, join(at.home, ".openclaw.json")].map(untouched);
  await rounds({
    ...{ at, kills, seed: 7, watched: [at.home], command },
    prepare: () => {
      for (const name of asides(at)) rmSync(join(at.home, name), { recursive: true });
      rmSync(at.stateDir, { recursive: true });
      cpSync(kept, at.stateDir, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    },
    afterKill: () => {
      const isJournaled = existsSync(`${at.stateDir}.claw-ir-restore.json`);
      if (!isJournaled) expect([old, restored]).toContainEqual(contentOf(at.stateDir));
      if (!isJournaled && asides(at).length > 0) expect(contentOf(at.stateDir)).toEqual(restored);
      expect(plaintextIn(at, [at.home, kept])).toEqual([]);
      expect([at.dataDir, archive, at.canary, join(at.home, ".openclaw.json")].map(untouched)).toEqual(
        outside,
      );
    },
    afterNext: (next) => {
      expect(next.code, next.err).toBe(0);
      expect(contentOf(at.stateDir)).toEqual(restored);
      const states = asides(at).map((name) => contentOf(join(at.home, name)));
      expect(states).toContainEqual(old);
      expect(
        readdirSync(at.home)
          .filter((name) => !asides(at).includes(name))
          .toSorted(),
      ).toEqual([".openclaw", ".openclaw.json", "canary"]);
      expect(temporariesIn(at)).toEqual([]);
      expect(plaintextIn(at, [kept, ...asides(at).map((name) => join(at.home, name))])).toEqual([]);
      expect([at.dataDir, archive, at.canary, join(at.home, ".openclaw.json")].map(untouched)).toEqual(
        outside,
      );
    },
  });
});

/** Names of the states that were kept aside. */
function asides({ home }: Stage): readonly string[] {
  return readdirSync(home).filter((name) => name.startsWith(".openclaw.before-restore-"));
}
