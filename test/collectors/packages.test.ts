import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { packagesOf } from "../../src/collectors/traces/packages.ts";
import { parseInstalled } from "../../src/collectors/traces/packages/apk.ts";
import {
  parseConffiles,
  parseDiversions,
  parseList,
  parseMd5sums,
} from "../../src/collectors/traces/packages/dpkg.ts";
import { parseRpmFiles } from "../../src/collectors/traces/packages/rpm.ts";
import { notInstalled } from "../support/fake-host.ts";
import { disk, type Disk, type DiskOptions } from "./disk.ts";

let here: Disk | undefined;
async function made(options: DiskOptions): Promise<Disk> {
  here = await disk(options);
  return here;
}
afterEach(async () => {
  await here?.end();
  here = undefined;
});

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const info = "/var/lib/dpkg/info";

const debian = {
  "/bin": { link: "usr/bin" },
  "/usr/bin/cat": "cat",
  "/usr/bin/changed": "other bytes",
  "/usr/bin/pg": "wrapper",
  "/usr/bin/pg.real": "pg",
  "/etc/a.conf": "edited",
  "/usr/bin/planted": "x",
  [`${info}/coreutils.list`]: "/.\n/bin\n/bin/cat\n/usr\n/usr/bin\n/usr/bin/changed\n/etc\n/etc/a.conf\n",
  [`${info}/coreutils.md5sums`]: `${md5("cat")}  bin/cat\n${md5("good")}  usr/bin/changed\n`,
  [`${info}/libpg:amd64.list`]: "/usr/bin/pg\n",
  [`${info}/libpg:amd64.md5sums`]: `${md5("pg")}  usr/bin/pg\n`,
  [`${info}/pg-common.list`]: "/usr/bin/pg\n",
  [`${info}/pg-common.md5sums`]: `${md5("wrapper")}  usr/bin/pg\n`,
  "/var/lib/dpkg/diversions": "/usr/bin/pg\n/usr/bin/pg.real\npg-common\n",
  "/var/lib/dpkg/status": `Package: coreutils\nStatus: install ok installed\nConffiles:\n /etc/a.conf ${md5("shipped")}\nDescription: x\n /etc/no.conf ${md5("x")}\n`,
} as const;

describe("packages of dpkg", () => {
  it("know owners by either name of a merged folder, and through diversions", async () => {
    const { sources } = await made({ files: debian });
    const packages = await packagesOf(sources);
    expect(packages).toMatchObject({ manager: "dpkg", outcome: "ok" });
    const owners = [
      "/bin/cat",
      "/usr/bin/cat",
      "/usr/bin/pg",
      "/usr/bin/pg.real",
      "/usr/bin/planted",
      "/usr",
    ];
    expect(owners.map((path) => packages.ownerOf(path))).toEqual([
      "coreutils",
      "coreutils",
      "pg-common",
      "libpg",
      undefined,
      undefined,
    ]);
  });

  it("compare contents with what the package brought", async () => {
    const { sources } = await made({ files: debian });
    const packages = await packagesOf(sources);
    const verdict = (path: string): Promise<string> => packages.verify(path);
    expect(await verdict("/bin/cat")).toBe("same");
    expect(await verdict("/usr/bin/pg.real")).toBe("same");
    expect(await verdict("/usr/bin/changed")).toBe("changed");
    expect(await verdict("/etc/a.conf")).toBe("changed");
    expect(packages.fileAt("/etc/a.conf")?.config).toBe(true);
    expect(await verdict("/usr/bin/planted")).toBe("unknown");
    expect([...packages.files()].map(({ path, config }) => [path, config])).toEqual([
      ["/bin/cat", false],
      ["/usr/bin/changed", false],
      ["/usr/bin/pg.real", false],
      ["/usr/bin/pg", false],
      ["/etc/a.conf", true],
    ]);
  });

  it("do not take /bin for /usr/bin where the two are folders of their own", async () => {
    const { sources } = await made({
      files: { "/bin/cat": "x", "/usr/bin/cat": "evil", [`${info}/coreutils.list`]: "/bin/cat\n" },
    });
    const packages = await packagesOf(sources);
    expect(packages.ownerOf("/usr/bin/cat")).toBeUndefined();
    expect(packages.outcome).toBe("partial");
    expect(packages.reason).toContain("status");
  });

  it("are read once per run", async () => {
    const { sources } = await made({ files: debian });
    expect(packagesOf(sources)).toBe(packagesOf({ ...sources }));
  });

  it("follow no link out of the database", async () => {
    const { sources } = await made({
      files: { ...debian, [`${info}/evil.list`]: { link: "/etc/passwd" } },
    });
    expect((await packagesOf(sources)).outcome).toBe("ok");
  });
});

describe("packages of other managers", () => {
  const sha1 = createHash("sha1").update("box").digest("base64");
  const sha256 = createHash("sha256").update("box").digest("hex");

  it("are read from apk's database", async () => {
    const { sources } = await made({
      files: {
        "/bin/busybox": "box",
        "/lib/apk/db/installed": `P:busybox\nV:1\nF:bin\nR:busybox\nZ:Q1${sha1}\nF:\nR:top\n\nP:other\nF:etc\nR:x\n`,
      },
    });
    const packages = await packagesOf(sources);
    expect(packages).toMatchObject({ manager: "apk", outcome: "ok" });
    expect(["/bin/busybox", "/top", "/etc/x"].map((path) => packages.ownerOf(path))).toEqual([
      "busybox",
      "busybox",
      "other",
    ]);
    expect(await packages.verify("/bin/busybox")).toBe("same");
  });

  it("are asked of rpm on the live host", async () => {
    const { sources, fake } = await made({
      live: true,
      files: { "/usr/bin/box": "box", "/var/lib/rpm/rpmdb.sqlite": "" },
      onRun: (argv) =>
        argv[0] === "rpm"
          ? { stdout: `busybox\t${sha256}\t\t/usr/bin/box\nbusybox\t\tc\t/etc/a\tb\n` }
          : undefined,
    });
    const packages = await packagesOf(sources);
    expect(packages).toMatchObject({ manager: "rpm", outcome: "ok" });
    expect(await packages.verify("/usr/bin/box")).toBe("same");
    expect(packages.fileAt("/etc/a\tb")).toMatchObject({ package: "busybox", config: true });
    expect(fake.ran.map(({ argv }) => argv.slice(0, 2))).toEqual([["rpm", "-qa"]]);
  });

  it("are not known on a mounted disk of rpm's, and that is said", async () => {
    const { sources, fake } = await made({ files: { "/var/lib/rpm/rpmdb.sqlite": "" } });
    const packages = await packagesOf(sources);
    expect(packages).toMatchObject({ manager: "none", outcome: "missing" });
    expect(packages.reason).toContain("live host only");
    expect(packages.ownerOf("/bin/sh")).toBeUndefined();
    expect(fake.ran).toEqual([]);
  });

  it("are not known without a database or without rpm", async () => {
    const { sources } = await made({});
    expect(await packagesOf(sources)).toMatchObject({ manager: "none", outcome: "missing" });
    await here?.end();
    const rpm = await made({ live: true, files: { "/var/lib/rpm/x": "" }, onRun: () => notInstalled });
    expect((await packagesOf(rpm.sources)).reason).toContain("no rpm");
  });
});

describe("parsers of packages' databases", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(
      "P:a",
      "F:b",
      "R:c",
      "Z:Q1",
      "Conffiles:",
      " /etc/x",
      "/a",
      "/a/b",
      ":",
      `${md5("x")}  a`,
    ),
  );
  const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join("\n"));

  it("take anything", () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(parseInstalled(given).every(({ path }) => path.startsWith("/"))).toBe(true);
        expect(parseRpmFiles(given).every(({ path }) => path.startsWith("/"))).toBe(true);
        expect([...parseList(given)].every((path) => path.startsWith("/"))).toBe(true);
        expect([...parseMd5sums(given).keys()].every((path) => path.startsWith("/"))).toBe(true);
        expect([...parseConffiles(given).keys()].every((path) => path.startsWith("/"))).toBe(true);
        expect(parseDiversions(given).every(({ from }) => from.startsWith("/"))).toBe(true);
      }),
    );
  });

  it("give back every sum they are given", () => {
    const path = fc.stringMatching(/^[a-z][a-z /.-]{0,20}[a-z]$/);
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 10 }), (paths) => {
        const sums = parseMd5sums(paths.map((name) => `${md5(name)}  ${name}\n`).join(""));
        expect([...sums]).toEqual(paths.map((name) => [`/${name}`, md5(name)]));
      }),
    );
  });
});
