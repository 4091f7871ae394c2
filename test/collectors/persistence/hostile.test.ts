/** What an intruder may put in the place of any of these files: sources end, say what they did not read, and never throw. */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PersistenceItem } from "../../../src/model/persistence.ts";
import type { Reading } from "../../../src/model/outcome.ts";
import { setting } from "../setting.ts";
import { passwd, readItems } from "./items.ts";
import { ordinary, planted } from "./planted.ts";

/** Not a program of the project: the system has it. */
const mkfifo = "mkfifo";

const ids = [
  ...["host-cron", "authorized-keys", "systemd-user", "shell-startup", "ssh-client", "sshd-config"],
  ...["cron-scripts", "at-jobs", "systemd-system", "systemd-programs", "quadlets", "linger", "tmpfiles"],
  ...["ld-so", "pam", "name-service", "sudoers", "doas", "polkit"],
];
const places = [...new Set([...Object.keys(ordinary), ...planted.map(({ path }) => path)])];

async function withPlaces(
  plant: (path: string, index: number) => void,
): Promise<ReadonlyMap<string, Reading<PersistenceItem>>> {
  const { sources, fake, end } = await setting({ files: { "/etc/passwd": passwd } });
  try {
    for (const [i, place] of places.entries()) {
      const path = fake.path(place);
      mkdirSync(dirname(path), { recursive: true });
      plant(path, i);
    }
    const readings = new Map<string, Reading<PersistenceItem>>();
    for (const id of ids) readings.set(id, await readItems(sources, id));
    // Nothing was run to read them, and nothing was written.
    expect(fake.ran).toEqual([]);
    return readings;
  } finally {
    await end();
  }
}

function expectCalmEnd(readings: ReadonlyMap<string, Reading<PersistenceItem>>): void {
  const ends = [...readings].map(([id, { outcome }]) => [id, outcome === "ok" || outcome === "partial"]);
  expect(ends).toEqual(ids.map((id) => [id, true]));
}

describe("hostile files in every place", () => {
  it("one line of a gigabyte is read in part, and that is said", async () => {
    const readings = await withPlaces((path) => {
      writeFileSync(path, "");
      truncateSync(path, 2 ** 30);
    });
    expectCalmEnd(readings);
    // Empty by design or only looked at by name.
    const silent = ids.filter((id) => readings.get(id)?.outcome === "ok");
    expect(silent).toEqual(["systemd-programs", "linger"]);
    const kept = [...readings.values()].flatMap(({ records }) => records);
    expect(kept.every(({ file }) => file?.sha256 === undefined)).toBe(true);
    expect(JSON.stringify(kept).length).toBeLessThan(4 << 20);
  });

  it("a FIFO, a folder, a loop of links or a link out of the disk is no file", async () => {
    const readings = await withPlaces((path, i) => {
      if (i % 4 === 0) execFileSync(mkfifo, [path]);
      else if (i % 4 === 1) mkdirSync(path);
      else symlinkSync(i % 4 === 2 ? path : "/../../../../../../etc/passwd", path);
    });
    expectCalmEnd(readings);
    const text = JSON.stringify([...readings.values()]);
    // The disk's own /etc/passwd is what such a link leads to, and never the examiner's.
    expect(text).not.toContain("nobody");
  });

  it("random bytes, cut and mixed samples", async () => {
    const samples = planted.map(({ file }) => (typeof file === "string" ? file : "#!/bin/sh\nx\n"));
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .tuple(fc.constantFrom(...samples), fc.constantFrom(...samples), fc.nat(200), fc.nat(255))
        .map(([a, b, at, byte]) =>
          Buffer.concat([Buffer.from(a).subarray(0, at), Buffer.from([byte]), Buffer.from(b)]),
        ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: 12, maxLength: 12 }), async (contents) => {
        expectCalmEnd(
          await withPlaces((path, i) => writeFileSync(path, contents[i % contents.length] ?? "")),
        );
      }),
      { numRuns: 2 },
    );
  });
});
