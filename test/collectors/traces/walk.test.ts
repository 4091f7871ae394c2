import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { parseMountinfo } from "../../../src/collectors/mountinfo.ts";
import { tableOf } from "../../../src/collectors/traces/skipped-mounts.ts";
import { walk } from "../../../src/collectors/traces/walk.ts";
import { setting, type Setting } from "../setting.ts";

let here: Setting | undefined;
afterEach(async () => {
  await here?.end();
  here = undefined;
});

const line = (point: string, type: string): string =>
  `36 35 98:0 /mnt1 ${point} rw,noatime shared:1 master:2 - ${type} /dev/root rw,errors=continue`;

describe("mountinfo", () => {
  it("takes point, type and source, with the kernel's escapes undone", () => {
    expect(parseMountinfo(`${line("/a\\040b\\012c\\134", "fuse.sshfs")}\n`)).toEqual([
      {
        ...{ point: "/a b\nc\\", type: "fuse.sshfs", source: "/dev/root", root: "/mnt1" },
        options: ["rw", "noatime", "errors=continue"],
      },
    ]);
  });

  it("takes anything", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const { point } of parseMountinfo(`${text}\n${line("/x", "nfs")}`))
          expect(point.startsWith("/")).toBe(true);
      }),
    );
  });

  it("believes the mount on top, and tells where a path lies", () => {
    const table = tableOf(
      parseMountinfo(
        [
          line("/", "ext4"),
          line("/home", "nfs4"),
          line("/home/local", "xfs"),
          line("/srv", "cifs"),
          line("/srv", "ext4"),
          line("/data", "fuseblk"),
        ].join("\n"),
      ),
    );
    expect([...(table?.skipped ?? [])]).toEqual([["/home", "nfs4"]]);
    const types = ["/home/claw", "/home", "/homes", "/home/local/x", "/srv/x", "/", "/data"];
    expect(types.map((path) => table?.skippedAbove(path))).toEqual([
      "nfs4",
      "nfs4",
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(tableOf([])).toBeUndefined();
  });
});

function within(folder: string, work: () => void): void {
  const before = process.cwd();
  process.chdir(folder);
  try {
    work();
  } finally {
    process.chdir(before);
  }
}

describe("a walk", () => {
  it("ends at its limits, and says so", async () => {
    here = await setting({
      files: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`/opt/d${i}/x`, ""])),
    });
    const few = await walk(here.sources, ["/opt"], { entries: 10, waiting: 100 });
    expect([...few.entries].length).toBe(11);
    expect(few.reasons()).toEqual(["the walk ended after 10 entries"]);
    const narrow = await walk(here.sources, ["/opt"], { entries: 1000, waiting: 5 });
    const paths = [...narrow.entries].map((entry) => entry.path);
    expect(paths.filter((path) => path.endsWith("/x"))).toHaveLength(5);
    expect(narrow.reasons()[0]).toMatch(/and 22 more: not walked, too many folders$/);
  });

  it("goes as deep as a path can be named, and says what lies deeper", async () => {
    here = await setting({});
    const deep = join(here.fake.root, "opt", ...Array.from({ length: 15 }, () => "d".repeat(250)));
    mkdirSync(deep, { recursive: true });
    // Deeper than one path can say, as a process inside could make it.
    const deeper = "e".repeat(250);
    within(deep, () => mkdirSync(join(deeper, "f".repeat(250)), { recursive: true }));
    const { entries, reasons } = await walk(here.sources, ["/opt"]);
    expect([...entries].length).toBeGreaterThanOrEqual(16);
    // No path that leads there is short enough to remove it.
    within(deep, () => rmSync(deeper, { recursive: true }));
    expect(reasons().join()).toMatch(/too deep to be named/);
  });

  it("does not leave the file system of its root where the mounts are not known", async () => {
    here = await setting({ files: { "/opt/a/x": "", "/opt/b/x": "" } });
    const { fake, sources } = here;
    const other = fake.path("/opt/b");
    const { look } = fake.host.fs;
    const fs = {
      ...fake.host.fs,
      look: (path: string) => {
        const stat = look(path);
        return stat !== undefined && path.startsWith(other) ? { ...stat, dev: stat.dev + 1 } : stat;
      },
    };
    const { entries, reasons } = await walk({ ...sources, host: { ...fake.host, fs } }, ["/opt"]);
    expect([...entries].map((entry) => entry.path).sort()).toEqual(["/opt", "/opt/a", "/opt/a/x", "/opt/b"]);
    expect(reasons()).toEqual([
      '"/opt/b": not walked, another file system and the mount table could not be read',
    ]);
  });

  it("passes by what vanishes under its eyes", async () => {
    here = await setting({ files: { "/opt/a": "", "/opt/b": "" } });
    const { fake, sources } = here;
    const fs = {
      ...fake.host.fs,
      look: (path: string) => (path.endsWith("/b") ? undefined : fake.host.fs.look(path)),
    };
    const { entries, reasons } = await walk({ ...sources, host: { ...fake.host, fs } }, ["/opt", "/nowhere"]);
    expect([...entries].map((entry) => entry.path)).toEqual(["/opt", "/opt/a"]);
    expect(reasons()).toEqual([]);
  });
});
