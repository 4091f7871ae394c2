/** The swap of a restore in place, killed after each of its steps and finished by the next run. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { HostFs } from "../../src/host/host.ts";
import { finishSwap, type Move, readSwap, swap, swapFile } from "../../src/recover/restore/swap-journal.ts";
import { diskHost } from "../archive/disk-host.ts";

const { fs } = diskHost();

interface Stage {
  readonly state: string;
  readonly moves: readonly Move[];
  /** Contents by the path they ought to have in the end. */
  readonly end: Readonly<Record<string, string>>;
}

/** A state, a workspace beside it, and a log that only has to go aside. */
function stage(): Stage {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "claw-swap-")));
  onTestFinished(() => {
    rmSync(home, { recursive: true, force: true });
  });
  const [state, work, tree] = [join(home, "state"), join(home, "work"), join(home, "tree")];
  const aside = `${state}.before-restore-x`;
  for (const [folder, text] of [
    [state, "old state"],
    [work, "old work"],
    [join(tree, "state"), "new state"],
    [join(tree, "work"), "new work"],
  ] as const) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "f"), text);
  }
  writeFileSync(join(home, "log"), "old log");
  return {
    state,
    moves: [
      { to: join(home, "log"), aside: `${join(home, "log")}.aside` },
      { from: join(tree, "state"), to: state, aside },
      { from: join(tree, "work"), to: work, aside: `${work}.before-restore-x` },
    ],
    end: {
      [join(state, "f")]: "new state",
      [join(work, "f")]: "new work",
      [join(aside, "f")]: "old state",
      [join(`${work}.before-restore-x`, "f")]: "old work",
      [`${join(home, "log")}.aside`]: "old log",
    },
  };
}

function expectEnd({ state, end }: Stage): void {
  for (const [path, text] of Object.entries(end))
    expect([path, readFileSync(path, "utf8")]).toEqual([path, text]);
  expect(existsSync(swapFile(state))).toBe(false);
}

/** From the `after`-th change on nothing happens any more, as after a kill. */
function killedAfter(after: number): { readonly fs: HostFs; readonly died: () => boolean } {
  let changes = 0;
  const mortal =
    <Args extends readonly unknown[]>(work: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      if (changes >= after) throw new Error("killed");
      changes += 1;
      await work(...args);
    };
  const dying: HostFs = {
    ...fs,
    rename: mortal(fs.rename),
    remove: mortal(fs.remove),
    writeAtomic: mortal(fs.writeAtomic),
    mkdir: mortal(fs.mkdir),
    syncDir: mortal(fs.syncDir),
  };
  return { fs: dying, died: () => changes >= after };
}

const at = "2026-11-21T10:00:00.000Z";

test("everything gets its place, and what was there is kept", async () => {
  const scene = stage();
  const kept = await swap({ fs }, scene.state, { archive: "a", at, moves: scene.moves });
  expect(kept).toEqual(scene.moves.map(({ aside }) => aside));
  expectEnd(scene);
});

test("killed after any step it is finished by the next run, or had not begun", async () => {
  let died = true;
  let rounds = 0;
  for (let after = 0; died; after += 1) {
    const scene = stage();
    const dying = killedAfter(after);
    await swap({ fs: dying.fs }, scene.state, { archive: "a", at, moves: scene.moves }).catch(
      () => undefined,
    );
    died = dying.died();
    const journal = await readSwap({ fs }, scene.state);
    if (journal === undefined) {
      // Nothing was renamed yet, or everything was.
      const text = readFileSync(join(scene.state, "f"), "utf8");
      expect(["old state", "new state"]).toContain(text);
      if (text === "new state") expectEnd(scene);
      continue;
    }
    rounds += 1;
    expect(journal).toEqual({ archive: "a", at, moves: scene.moves });
    await finishSwap({ fs }, scene.state, journal);
    expectEnd(scene);
  }
  expect(rounds).toBeGreaterThan(6);
});

test("a rename that fails takes everything back", async () => {
  const scene = stage();
  const failing: HostFs = {
    ...fs,
    rename: (from, to) =>
      to.endsWith("/work") && from.includes("/tree/")
        ? Promise.reject(Object.assign(new Error("EIO"), { code: "EIO" }))
        : fs.rename(from, to),
  };
  const done = swap({ fs: failing }, scene.state, { archive: "a", at, moves: scene.moves });
  await expect(done).rejects.toMatchObject({ exit: "failed", code: "swap-failed" });
  expect(readFileSync(join(scene.state, "f"), "utf8")).toBe("old state");
  expect(readFileSync(join(scene.state, "..", "work", "f"), "utf8")).toBe("old work");
  expect(existsSync(swapFile(scene.state))).toBe(false);
});

test("a state that was made anew meanwhile is not overwritten", async () => {
  const scene = stage();
  const journal = { archive: "a", at, moves: scene.moves };
  await fs.writeAtomic(swapFile(scene.state), JSON.stringify({ format: "claw-ir-swap-1", ...journal }));
  await fs.rename(scene.state, `${scene.state}.before-restore-x`);
  mkdirSync(scene.state);
  writeFileSync(join(scene.state, "f"), "begun anew");
  const read = await readSwap({ fs }, scene.state);
  await expect(finishSwap({ fs }, scene.state, read!)).rejects.toMatchObject({ code: "swap-conflict" });
  expect(readFileSync(join(scene.state, "f"), "utf8")).toBe("begun anew");
});

test.each(["", "{}", '{"format":"claw-ir-swap-1","archive":"a","at":"b","moves":[{}]}'])(
  "a record that is damaged is no reason to rename anything: %s",
  async (text) => {
    const scene = stage();
    writeFileSync(swapFile(scene.state), text);
    await expect(readSwap({ fs }, scene.state)).rejects.toMatchObject({ code: "swap-journal-damaged" });
  },
);
