import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { bodyfile } from "../../../src/collectors/traces/bodyfile.ts";
import { oddFiles } from "../../../src/collectors/traces/odd-files.ts";
import type { Artifact } from "../../../src/model/evidence.ts";
import type { FolderStamps, OddFile } from "../../../src/model/file-records.ts";
import { setting, type Setting, type SettingOptions } from "../setting.ts";

let here: Setting | undefined;
async function made(options: SettingOptions = {}): Promise<Setting> {
  here = await setting(options);
  return here;
}
afterEach(async () => {
  await here?.end();
  here = undefined;
});

function linesOf({ kase }: Setting, artifact: Artifact): readonly string[] {
  const text = readFileSync(join(kase.info.path, artifact.file ?? ""), "utf8");
  return text.split("\n").slice(0, -1);
}

const pathOf = (line: string): string => line.split("|")[1] ?? "";

const mountLine = (point: string, type: string): string =>
  `22 27 0:21 / ${point} rw,relatime shared:1 - ${type} source rw\n`;

describe("the bodyfile", () => {
  it("lists what lies in the home, the temporary folders and the system's configuration, links as links", async () => {
    const at = await made({
      files: {
        "~/notes.txt": "x",
        "~/.config/a/b": "y",
        "/etc/crontab": "z",
        "/tmp/out": { link: "/etc" },
        "/usr/bin/tool": "not walked",
        "/dev/shm/x": "w",
      },
    });
    const artifact = await at.run(bodyfile);
    expect(artifact).toMatchObject({ outcome: "ok", file: "evidence/bodyfile.txt" });
    const paths = linesOf(at, artifact).map(pathOf);
    expect(artifact.records).toBe(paths.length);
    expect(paths.filter((path) => !path.includes(".claw-ir"))).toEqual(
      expect.arrayContaining([
        "/home/user",
        "/home/user/notes.txt",
        "/home/user/.config/a/b",
        "/etc/crontab",
        "/tmp/out -> /etc",
        "/dev/shm/x",
      ]),
    );
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.some((path) => path.startsWith("/usr/bin") || path.startsWith("/tmp/out/"))).toBe(false);
  });

  it("walks everything local when it is asked to, and no tree twice", async () => {
    const at = await made({ files: { "/usr/bin/tool": "x", "/etc/a": "y" } });
    const artifact = await at.run({
      ...bodyfile,
      collect: (context) => bodyfile.collect({ ...context, full: true }),
    });
    const paths = linesOf(at, artifact).map(pathOf);
    expect(paths).toContain("/usr/bin/tool");
    expect(paths.filter((path) => path === "/etc/a")).toHaveLength(1);
  });

  it("does not go through links that lead out of the disk", async () => {
    const at = await made({ files: { "/tmp/up": { link: "/../../.." }, "/opt": { link: "/" } } });
    const artifact = await at.run(bodyfile);
    expect(linesOf(at, artifact).map(pathOf)).toContain("/tmp/up -> /../../..");
    expect(artifact.outcome).toBe("ok");
  });

  it("does not touch file systems of other machines, nor those the kernel makes up", async () => {
    const at = await made({
      live: true,
      files: { "~/a/x": "1", "~/b/x": "2", "/tmp/p/x": "3", "/opt/x": "4" },
    });
    const { fake } = at;
    const mounts = [
      [join(fake.home, "a"), "nfs4"],
      [join(fake.home, "b"), "ext4"],
      [fake.path("/tmp/p"), "proc"],
      [fake.path("/opt"), "fuse.sshfs"],
    ] as const;
    await fake.put("/proc/self/mountinfo", mounts.map(([point, type]) => mountLine(point, type)).join(""));
    // A look at it would take for ever; here it fails.
    fake.fail(join(fake.home, "a"), "EIO");
    const artifact = await at.run(bodyfile);
    expect(artifact.outcome).toBe("partial");
    expect(artifact.reason).toContain("/home/user/a");
    expect(artifact.reason).toContain("not walked, a file system of type nfs4");
    expect(artifact.reason).toContain("not walked, a file system of type fuse.sshfs");
    expect(artifact.reason).not.toContain("EIO");
    expect(artifact.reason).not.toContain("proc");
    const paths = linesOf(at, artifact).map(pathOf);
    expect(paths).toContain("/home/user/b/x");
    for (const path of ["/home/user/a/x", "/tmp/p/x", "/opt/x"]) expect(paths).not.toContain(path);
  });

  it("says which folders it could not enter, with a count where there are many", async () => {
    const at = await made({
      files: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`~/closed${i}/x`, "x"])),
    });
    for (let i = 0; i < 9; i += 1) at.fake.fail(join(at.fake.home, `closed${i}`, "."), "EACCES");
    for (let i = 0; i < 9; i += 1) at.fake.fail(join(at.fake.home, `closed${i}`), "EACCES");
    const artifact = await at.run(bodyfile);
    expect(artifact.outcome).toBe("partial");
    expect(artifact.reason).toMatch(/and 6 more: may not be read by this user/);
  });

  it("keeps no secret of a file's name, and every field", async () => {
    const secret = "sk-proj-FAKE0123456789abcdef0123456789abcdef";
    const at = await made({ files: { [`~/${secret}|x`]: "x" } });
    const lines = linesOf(at, await at.run(bodyfile));
    expect(lines.join("\n")).not.toContain(secret);
    expect(lines.every((line) => line.split("|").length === 11)).toBe(true);
    expect(lines.find((line) => line.includes("[sk-"))).toMatch(/^0\|\/home\/user\/\[.*\\x7cx\|\d+\|r\/rrw/);
  });
});

const hostile: readonly (string | Buffer)[] = [
  "pipe|r-rrwxr-xr-x|0|0|0|1|1|1|1",
  "two\n0|forged|1|r-rrw-r--r--|0|0|0|1700000000|1700000000|1700000000|0",
  "cr\rx",
  "esc\u001b[2Jx",
  "arrow -> etc",
  "back\\slash\\x7c",
  "line\u2028sep",
  "bidi\u202etxt",
  " ",
  "...",
  "#comment",
  "-----BEGIN RSA PRIVATE KEY-----",
  Buffer.from([0x62, 0xff, 0xfe, 0x7c]),
];

/** Of the Sleuth Kit. */
const mactime = "mactime";
const hasMactime = spawnSync(mactime, ["-V"]).error === undefined;

describe.skipIf(!hasMactime)("mactime", () => {
  /** Rows without the line that says when mactime was run. */
  function rowsOf(file: string): readonly string[] {
    const text = execFileSync(mactime, ["-d", "-y", "-b", file], { encoding: "utf8", maxBuffer: 64 << 20 });
    return text.split("\n").filter((line) => line !== "" && !line.startsWith("Date,"));
  }

  it("reads every entry back, hostile names too, and no line that a name made up", async () => {
    const at = await made({ files: { "~/quiet": "x" } });
    const folder = Buffer.from(join(at.fake.home, "names/"));
    mkdirSync(folder, { recursive: true });
    for (const name of hostile) {
      const path = Buffer.concat([folder, Buffer.from(name)]);
      writeFileSync(path, "x");
      // All four times in one second would make one row of an entry: the change and birth times are those of now.
      utimesSync(path, 1_600_000_000, 1_600_000_000);
    }
    const artifact = await at.run(bodyfile);
    const lines = linesOf(at, artifact);
    expect(lines).toHaveLength(artifact.records);
    const rows = rowsOf(join(at.kase.info.path, artifact.file ?? ""));
    for (const line of lines) {
      const name = pathOf(line);
      expect(rows.some((row) => row.includes(`"${name}"`))).toBe(true);
    }
    const inFolder = rows.filter((row) => row.includes("/names/") && row.startsWith("2020-09-13T12:26:40Z"));
    expect(inFolder).toHaveLength(hostile.length);
    expect(rows.some((row) => row.includes('"forged"'))).toBe(false);
  });
});

describe("odd files", () => {
  it("tells set-user-id, open, ownerless, hiding and backdated files, from the bodyfile's own walk", async () => {
    const at = await made({
      files: {
        "/etc/passwd": "root:x:0:0::/root:/bin/sh\n",
        "/etc/group": "root:x:0:\n",
        "~/bin/su2": { content: "x", mode: 0o4755 },
        "~/bin/sg": { content: "x", mode: 0o2755 },
        "~/open": { content: "x", mode: 0o666 },
        "~/...": "x",
        "~/plain": { content: "x", mode: 0o600 },
        "/tmp/.x": "x",
        "/tmp/.X11-unix": "x",
        "~/old/backdated": "x",
        "~/old/fresh": "x",
      },
    });
    chmodSync(join(at.fake.home, "bin"), 0o777);
    symlinkSync("x", join(at.fake.home, "link"));
    utimesSync(join(at.fake.home, "old/backdated"), 1_000_000_000, 1_000_000_000);
    await at.run(bodyfile);
    // What comes now is too late for a second walk.
    rmSync(join(at.fake.home, "..."));
    const artifact = await at.run(oddFiles);
    const records = (await at.lines(artifact)) as readonly (OddFile | FolderStamps)[];
    const marks = new Map(
      records.flatMap((one) => (one.kind === "file" ? [[one.place.path, one.marks] as const] : [])),
    );
    const owner = process.getuid?.() === 0 ? [] : ["unknown-owner"];
    expect(marks.get("/home/user/bin/su2")).toEqual(["set-user-id", ...owner]);
    expect(marks.get("/home/user/bin/sg")).toEqual(["set-group-id", ...owner]);
    expect(marks.get("/home/user/open")).toEqual(["world-writable", ...owner]);
    expect(marks.get("/home/user/bin")).toEqual(["world-writable", ...owner]);
    expect(marks.get("/home/user/...")).toEqual([...owner, "hiding-name"]);
    expect(marks.get("/tmp/.x")).toEqual([...owner, "hidden-in-tmp"]);
    expect(marks.get("/tmp/.X11-unix") ?? []).toEqual(owner);
    expect(marks.get("/home/user/link") ?? []).toEqual(owner);
    expect(records).toContainEqual({
      kind: "stamps",
      folder: "/home/user/old",
      files: 2,
      beforeBirth: 1,
      wholeSeconds: 1,
      examples: ["backdated"],
    });
  });

  it("says that owners could not be judged without the host's tables", async () => {
    const at = await made({ files: { "~/x": "x" } });
    const artifact = await at.run(oddFiles);
    expect(artifact).toMatchObject({ outcome: "partial" });
    expect(artifact.reason).toContain("files without an owner could not be told");
  });
});
