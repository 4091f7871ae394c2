/** Two of the built program at the same work at the same time: one does it, the other says so, and nothing is written twice. */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { verifyArchive } from "../../src/archive/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { contentOf, plaintextIn, temporariesIn, untouched } from "./kill-checks.ts";
import { type Ended, run, stage, type Stage } from "./kill-stage.ts";

const repeats = 8;
let at: Stage;

beforeEach(async () => {
  at = await stage();
  writeFileSync(join(at.base, "answers.json"), '{"backup.prune": true, "restore.in-place": "restore"}');
});

/** Both begin within the start-up of the first, each time a little further apart. */
async function both(
  first: readonly string[],
  second: readonly string[],
  apartMs: number,
): Promise<readonly [Ended, Ended]> {
  const running = run(at, first);
  await new Promise((resolve) => setTimeout(resolve, apartMs));
  return Promise.all([running, run(at, second)]);
}

function codesOf(ended: readonly Ended[]): readonly (number | null)[] {
  return ended.map(({ code }) => code).toSorted();
}

const answers = (): readonly string[] => ["--answers", join(at.base, "answers.json")];
const names = (): readonly string[] => readdirSync(join(at.dataDir, "backups"));

async function allWhole(): Promise<number> {
  const archives = names().filter((name) => name.endsWith(".gpg"));
  for (const name of archives) {
    const file = join(at.dataDir, "backups", name);
    const verified = await verifyArchive(diskHost(), file, { unlock: { privateKey: at.privateKey } });
    expect(verified).toMatchObject({ checked: "contents", sidecar: true });
  }
  return archives.length;
}

test("create and create: one makes it, the other ends with 11, or both one after the other", async () => {
  let made = 0;
  for (let round = 0; round < repeats; round += 1) {
    const ended = await both(["backup", "create"], ["backup", "create"], round * 60);
    const codes = codesOf(ended);
    expect(codes, ended.map(({ err }) => err).join()).toSatisfy(
      (both: readonly number[]) => both[0] === 0 && [0, 11].includes(both[1] ?? 1),
    );
    made += codes.filter((code) => code === 0).length;
    expect(await allWhole()).toBe(made);
    expect(names().filter((name) => name.endsWith(".partial"))).toEqual([]);
    expect(temporariesIn(at)).toEqual([]);
  }
});

test("create and prune: the newest stays, and neither breaks the other's work", async () => {
  for (let each = 0; each < 2; each += 1) expect((await run(at, ["backup", "create"])).code).toBe(0);
  const pool = join(at.base, "pool");
  cpSync(join(at.dataDir, "backups"), pool, { recursive: true });
  const newest = names().findLast((name) => name.endsWith(".gpg"));
  for (let round = 0; round < repeats; round += 1) {
    rmSync(join(at.dataDir, "backups"), { recursive: true });
    cpSync(pool, join(at.dataDir, "backups"), { recursive: true });
    const prune = ["backup", "prune", "--keep-last", "1", ...answers()];
    const ended = await both(["backup", "create"], prune, round * 60);
    for (const { code, err } of ended) expect([0, 11], err).toContain(code);
    expect(codesOf(ended)[0]).toBe(0);
    const hasNewer = ended[0].code === 0;
    // What was made meanwhile was not asked about, and what stays was decided again under the lock.
    if (!hasNewer) expect(names()).toContain(newest);
    expect(await allWhole()).toBeGreaterThan(0);
    expect(names().filter((name) => /\.(?:partial|pruned)$/.test(name))).toEqual([]);
  }
});

test("restore and restore to the same folder: it is restored once, whole", async () => {
  const archive = join(at.base, "kept.tar.zst.gpg");
  expect((await run(at, ["backup", "create", "-o", archive])).code).toBe(0);
  const place = join(at.base, "place");
  const target = join(place, "target");
  mkdirSync(place);
  const command = ["restore", archive, "--target", target, "--private-key", at.privateKey, "--json"];
  expect((await run(at, command)).code).toBe(0);
  const whole = contentOf(target);
  const outside = untouched(at.home);
  for (let round = 0; round < repeats; round += 1) {
    rmSync(target, { recursive: true });
    const ended = await both(command, command, round * 60);
    const [first, second] = codesOf(ended);
    expect(first).toBe(0);
    // 2: the other one had ended by then, and the folder is not empty any more.
    expect([2, 11], ended.map(({ err }) => err).join()).toContain(second);
    expect(contentOf(target)).toEqual(whole);
    expect(readdirSync(place)).toEqual(["target"]);
    expect(untouched(at.home)).toEqual(outside);
    expect(plaintextIn(at, [target])).toEqual([]);
  }
});

test("restore and restore in place: the old state is kept, and the new one is whole", async () => {
  const archive = join(at.base, "kept.tar.zst.gpg");
  expect((await run(at, ["backup", "create", "-o", archive])).code).toBe(0);
  const command = ["restore", archive, "--in-place", "--private-key", at.privateKey, "--json", ...answers()];
  expect((await run(at, command)).code).toBe(0);
  const restored = contentOf(at.stateDir);
  const asides = (): readonly string[] =>
    readdirSync(at.home).filter((name) => name.startsWith(".openclaw.before-restore-"));
  for (let round = 0; round < repeats; round += 1) {
    for (const name of asides()) rmSync(join(at.home, name), { recursive: true });
    writeFileSync(join(at.stateDir, "workspace", "only-in-the-old-one"), "x");
    const old = contentOf(at.stateDir);
    const ended = await both(command, command, round * 60);
    const codes = codesOf(ended);
    expect(codes[0]).toBe(0);
    expect([0, 11], ended.map(({ err }) => err).join()).toContain(codes[1]);
    expect(contentOf(at.stateDir)).toEqual(restored);
    expect(asides().map((name) => contentOf(join(at.home, name)))).toContainEqual(old);
    expect(asides()).toHaveLength(codes.filter((code) => code === 0).length);
    expect(readdirSync(at.home).filter((name) => name.includes("claw-ir-restore"))).toEqual([]);
  }
});
