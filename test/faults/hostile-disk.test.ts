/**
 * Every collector, and with them every kind of record of the state, over disks on which nothing is as it should be. Which
 * paths they read is not written down here but watched: a new collector is under test from its first day.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectors } from "../../src/collectors/index.ts";
import { plantDisk, type Planted } from "../locations/planted.ts";
import {
  askedPaths,
  copyOf,
  fifo,
  folder,
  gigabyteLine,
  loop,
  mutated,
  nested,
  numbers,
  type Outcome,
  overDisk,
  randomBytes,
  sockets,
  type Swap,
  swapAll,
} from "./hostile-disk.ts";

/** Of one collector, beyond what was held before; and of the whole run, with all that was read in it. */
const maxBytes = 256 * 1024 * 1024;
const maxOfRun = 1024 * 1024 * 1024;
/** Beyond a collector's own limit: what was begun is written, and other programs run on this machine. */
const graceMs = 120_000;
/** A child that has not ended by then hangs. */
const longestMs = 3_000_000;

let base: string;
let disk: Planted;
let paths: readonly string[];

beforeAll(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-hostile-")));
  disk = await plantDisk(join(base, "disk"));
  paths = askedPaths(disk, join(base, "recorded"));
});
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

/** Ended by itself, every collector with an outcome, in its time and with its memory. */
function expectCalm({ code, signal, stderr, measured }: Outcome): void {
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
  expect(measured.map(({ id }) => id)).toEqual(["(open the state)", ...collectors.map(({ id }) => id)]);
  expect(measured.flatMap(troubleOf)).toEqual([]);
}

/** What an engine says when a parser broke, as opposed to what a collector says of a file. */
const broken =
  /undefined|null|not a function|not iterable|Cannot |Maximum call stack|Invalid (?:array|string|regular)|out of memory|heap|Assertion/;

function troubleOf(one: Outcome["measured"][number]): readonly string[] {
  const { id, ms, limitMs, outcome, reason = "", heldBytes, peakBytes } = one;
  const grown = peakBytes - heldBytes;
  return [
    ...(ms > limitMs + graceMs ? [`${id} took ${ms} ms, and its limit is ${limitMs} ms`] : []),
    ...(outcome === "error" && broken.test(reason) ? [`${id} broke: ${reason}`] : []),
    ...(grown > maxBytes ? [`${id} took ${inMib(grown)} MiB more`] : []),
    ...(peakBytes > maxOfRun ? [`with ${id} the run took ${inMib(peakBytes)} MiB`] : []),
  ];
}

function inMib(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

async function swapped(name: string, swap: Swap): Promise<Outcome> {
  const hostile = copyOf(disk, join(base, name));
  swapAll(hostile.root, paths, swap);
  try {
    return await overDisk(hostile, join(base, `${name}-data`), longestMs);
  } finally {
    rmSync(hostile.root, { recursive: true, force: true });
  }
}

describe("what is watched", () => {
  it("is what collectors are there for", () => {
    expect(paths.length).toBeGreaterThan(300);
    for (const path of ["/etc/crontab", "/home/claw/.bashrc", "/home/claw/.openclaw/openclaw.json"])
      expect(paths).toContain(path);
  });

  it("is calm where nothing is wrong", async () => {
    expectCalm(await overDisk(disk, join(base, "plain-data"), longestMs));
  });
});

describe("in the place of every file", () => {
  it.each([
    ["a FIFO", fifo],
    ["a link to itself", loop],
    ["a folder", folder],
    ["nothing", (): void => undefined],
    ["an empty file", (path: string): void => writeFileSync(path, "")],
  ] as const)("%s", async (name, swap) => {
    expectCalm(await swapped(name.replaceAll(" ", "-"), swap));
  });

  it("a socket", async () => {
    const { swap, close } = sockets();
    try {
      expectCalm(await swapped("sock", swap));
    } finally {
      close();
    }
  });

  it("a line of a gigabyte, as the file began and without an end", async () => {
    const outcome = await swapped("gigabyte", (path, before) => {
      gigabyteLine(path, before?.toString("latin1").replaceAll("\n", " ") ?? "x");
      expect(statSync(path).size).toBe(1 << 30);
    });
    expectCalm(outcome);
    // Nothing of such files is worth keeping: the run as a whole stays small.
    expect(outcome.measured.filter(({ peakBytes }) => peakBytes > 384 * 1024 * 1024)).toEqual([]);
  });

  it("half a million lines", async () => {
    expectCalm(await swapped("lines", (path) => writeFileSync(path, "x=1 y\n".repeat(500_000))));
  });

  it("nesting without an end", async () => {
    expectCalm(await swapped("nested", (path, _, index) => writeFileSync(path, nested(index))));
  });
});

describe.each([1, 2, 3, 4])("round %i", (seed) => {
  it("random bytes", async () => {
    const next = numbers(seed);
    expectCalm(await swapped(`random-${seed}`, (path) => writeFileSync(path, randomBytes(4000, next))));
  });

  it("real files, a little wrong", async () => {
    const next = numbers(seed * 7919);
    expectCalm(
      await swapped(`mutated-${seed}`, (path, before) => {
        if (before !== undefined) writeFileSync(path, mutated(before, next));
      }),
    );
  });
});

it("folders with more files than anybody reads", async () => {
  const crowded = copyOf(disk, join(base, "crowded"));
  for (const place of [
    "etc/cron.d",
    "home/claw/.config/systemd/user",
    "home/claw/.ssh",
    "tmp",
    "etc/profile.d",
  ]) {
    mkdirSync(join(crowded.root, place), { recursive: true });
    for (let i = 0; i < 20_000; i += 1) writeFileSync(join(crowded.root, place, `f${i}.service`), "x\n");
  }
  expectCalm(await overDisk(crowded, join(base, "crowded-data"), longestMs));
});
