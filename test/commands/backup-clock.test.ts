/** A clock that goes back: nothing is overwritten, nothing is lost, and what is dated in the future stays. */
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { type Made, setting, type Setting } from "./backup-setting.ts";

const files = { "~/.openclaw/openclaw.json": "{}", ...notes() };

function notes(): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 8 }, (_, each) => [`~/.openclaw/note-${each}`, `note ${each}`]),
  );
}

let at: Setting;
let made: readonly Made[];

beforeEach(async () => {
  at = await setting({ empty: true, files });
  made = [await at.make(), await at.make(), await at.make()];
});

const days = (count: number): number => count * 86_400_000;

function goBack(ms: number): void {
  at.setNow(new Date(at.host.clock.now().getTime() - ms));
}

async function archives(): Promise<readonly string[]> {
  return (await readdir(at.backups)).filter((name) => name.endsWith(".gpg"));
}

async function create(): Promise<Made> {
  const { exit, out, err } = await at.backup("create", "--json");
  expect(exit, err).toBe(0);
  return JSON.parse(out) as Made;
}

async function pruned(answers: object, ...keep: readonly string[]): Promise<number> {
  Object.assign(at.answers, answers);
  const { exit, err } = await at.backup("prune", ...keep, "--json");
  expect(exit, err).toBe(0);
  return (await archives()).length;
}

describe("between two backups", () => {
  it("each keeps the time it was told, and all of them verify", async () => {
    goBack(days(10));
    const late = await create();
    expect(late.createdAt < (made[0]?.createdAt ?? "")).toBe(true);
    const { out } = await at.backup("list", "--json");
    const listed = (JSON.parse(out) as readonly Made[]).map(({ createdAt }) => createdAt);
    expect(listed).toEqual([...made.map(({ createdAt }) => createdAt).toReversed(), late.createdAt]);
    expect((await at.backup("verify", "--all", "--private-key", at.privateKey)).exit).toBe(0);
  });

  it("to the second of one that is there: the new one waits for a second of its own", async () => {
    const [first] = made;
    const bytes = readFileSync(first?.archive ?? "");
    at.setNow(new Date(first?.createdAt ?? ""));
    const again = await create();
    expect(again.archive).not.toBe(first?.archive);
    expect(readFileSync(first?.archive ?? "").equals(bytes)).toBe(true);
    expect(await archives()).toHaveLength(4);
  });

  it("prune keeps the newest of the past and whatever is dated in the future; later it counts them all", async () => {
    goBack(days(10));
    const late = await create();
    expect(await pruned({ "backup.prune": true }, "--keep-last", "1")).toBe(4);
    at.setNow(new Date("2026-12-31T00:00:00Z"));
    expect(await pruned({ "backup.prune": true }, "--keep-last", "1")).toBe(1);
    expect(await archives()).toEqual([made[2]?.archive.split("/").at(-1)]);
    expect(late.archive).not.toBe(made[2]?.archive);
  });
});

it("during prune, while the question stands: what is in the future by now stays", async () => {
  const answer = (): boolean => {
    goBack(days(10));
    return true;
  };
  expect(await pruned({ "backup.prune": answer }, "--keep-last", "1")).toBe(3);
  expect((await at.backup("verify", "--all")).exit).toBe(0);
});

it("while a backup is made: it is whole, and its length is no negative number", async () => {
  const { open } = at.host.fs;
  let opened = 0;
  Object.assign(at.host.fs, {
    open: (path: string) => {
      opened += 1;
      if (opened === 5) goBack(days(3));
      return open(path);
    },
  });
  const late = await create();
  expect(opened).toBeGreaterThan(5);
  expect((late as Made & { readonly durationMs: number }).durationMs).toBeGreaterThanOrEqual(0);
  expect((await at.backup("verify", late.archive, "--private-key", at.privateKey)).exit).toBe(0);
});

it("behind the time of the key: nothing is sealed, and why is said", async () => {
  at.setNow(new Date("2015-01-01T00:00:00Z"));
  const { exit, err } = await at.backup("create", "--json");
  expect(exit).toBe(2);
  expect(err).toContain("it was made in the future");
  expect(await archives()).toHaveLength(3);
});
