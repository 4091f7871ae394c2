/** Leftovers of killed runs: what is ours and idle goes, and nothing else. */
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Host } from "../../src/host/host.ts";
import { ownedScratch } from "../../src/case/owned-scratch.ts";
import { removeAbandoned, removeTemporaries } from "../../src/case/temporaries.ts";
import { fakeHost } from "../support/fake-host.ts";

const now = new Date("2026-11-21T10:00:00Z");
const old = new Date("2026-11-21T09:58:00Z");

async function setting(): Promise<{ readonly host: Host; readonly folder: string }> {
  const { host, path, cleanup } = await fakeHost({ now });
  onTestFinished(cleanup);
  const folder = path("data");
  mkdirSync(folder);
  return { host, folder };
}

function put(path: string, time: Date, text = "x"): void {
  writeFileSync(path, text);
  utimesSync(path, time, time);
}

test("temporary files of a killed write go, of this name and when nobody writes them", async () => {
  const { host, folder } = await setting();
  const names = {
    gone: ".status.json.0123456789ab.partial",
    fromTheFuture: ".status.json.00000000000a.partial",
    written: ".status.json.ffffffffffff.partial",
    other: ".catalog.json.0123456789ab.partial",
    user: ".status.json.mine.partial",
    itself: "status.json",
  };
  for (const name of Object.values(names)) put(join(folder, name), old);
  put(join(folder, names.written), now);
  // The clock went back since.
  put(join(folder, names.fromTheFuture), new Date("2026-11-22T00:00:00Z"));
  mkdirSync(join(folder, ".status.json.aaaaaaaaaaaa.partial"));
  await removeTemporaries(host, folder, { of: (name) => name === "status.json" });
  const left = readdirSync(folder);
  expect(left).not.toContain(names.gone);
  expect(left).not.toContain(names.fromTheFuture);
  expect(left.toSorted()).toEqual(
    [names.written, names.other, names.user, names.itself, ".status.json.aaaaaaaaaaaa.partial"].toSorted(),
  );
  await removeTemporaries(host, folder, { of: (name) => name === "status.json", idleMs: 0 });
  expect(readdirSync(folder)).not.toContain(names.written);
});

test("a folder that never got its record goes when it is idle and empty", async () => {
  const { host, folder: parent } = await setting();
  const folder = (name: string, time: Date, ...inside: readonly string[]): string => {
    const path = join(parent, name);
    mkdirSync(path);
    for (const one of inside) put(join(path, one), time);
    utimesSync(path, time, time);
    return path;
  };
  const gone = [folder("empty", old), folder("begun", old, ".mark.json.0123456789ab.partial")];
  const stays = [folder("young", now), folder("full", old, "data"), folder("marked", old, "mark.json")];
  for (const path of gone) expect(await removeAbandoned(host, path, "mark.json")).toBe(true);
  for (const path of stays) expect(await removeAbandoned(host, path, "mark.json")).toBe(false);
  expect([...gone, ...stays].map(existsSync)).toEqual([false, false, true, true, true]);
});

test("a scratch folder of a living run stays, that of a dead one goes", async () => {
  const { host, folder: parent } = await setting();
  const mine = await ownedScratch(host, parent, "verify-");
  const dead = join(parent, "verify-dead");
  mkdirSync(dead);
  put(join(dead, "claw-ir-scratch.json"), old, '{"pid":999999999,"startTicks":1}');
  put(join(dead, "plain-FAKE"), old);
  mkdirSync(join(parent, "verify-of-the-user"));
  put(join(parent, "verify-of-the-user", "file"), old);
  const second = await ownedScratch(host, parent, "verify-");
  expect([mine, second, dead, join(parent, "verify-of-the-user")].map(existsSync)).toEqual([
    true,
    true,
    false,
    true,
  ]);
});
