import { readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { lockedElsewhere, setting, type Made, type Setting } from "./backup-setting.ts";

/** What is pruned need not be large. */
const small = { empty: true, files: { "~/.openclaw/openclaw.json": "{}" } };
let at: Setting;
let made: readonly Made[];
beforeEach(async () => {
  at = await setting(small);
  made = [await at.make(), await at.make(), await at.make()];
});

function names(): Promise<readonly string[]> {
  return readdir(at.backups);
}
async function archives(): Promise<readonly string[]> {
  return (await names()).filter((name) => name.endsWith(".gpg"));
}
function nameOf(index: number): string {
  return basename(made[index]?.archive ?? "");
}
function pathOf(index: number): string {
  return made[index]?.archive ?? "";
}
async function prune(
  ...argv: readonly string[]
): Promise<{ readonly exit: number; readonly out: string; readonly err: string }> {
  return at.run("backup", "prune", ...argv, ...(await at.answer({ "backup.prune": true })));
}

describe("backup prune", () => {
  it("removes what nobody wants kept, with what belongs to it, and keeps a journal", async () => {
    const { exit, out } = await prune("--keep-last", "1", "--json");
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      goes: [{ archive: pathOf(1) }, { archive: pathOf(0) }],
      stays: [{ archive: pathOf(2), why: ["one of the last"] }],
      freedBytes: (made[0]?.bytes ?? 0) + (made[1]?.bytes ?? 0),
      verified: [pathOf(2)],
    });
    const base = nameOf(2).replace(".tar.zst.gpg", "");
    expect(await names()).toEqual(["catalog.json", `${base}.seal.json`, `${base}.tar.zst.gpg`, "prune.log"]);
    const log = (await readFile(join(at.backups, "prune.log"), "utf8")).trimEnd().split("\n");
    expect(log.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { archive: nameOf(1), sha256: made[1]?.sha256 },
      { archive: nameOf(0), sha256: made[0]?.sha256 },
    ]);
    expect(await at.status()).toMatchObject({ prune: { last: { exit: 0 } } });
  });

  it("asks, with why what stays stays; --yes does not answer", async () => {
    const { exit, err } = await at.run("backup", "prune", "--keep-last", "2", "--yes");
    expect(exit).toBe(2);
    expect(err).toContain(`stays  ${nameOf(2)}  one of the last\n`);
    expect(err).toContain(`goes   ${nameOf(0)}`);
    expect(await archives()).toHaveLength(3);
  });

  it("a no leaves everything", async () => {
    const no = await at.answer({ "backup.prune": false });
    expect((await at.run("backup", "prune", "--keep-last", "1", ...no)).exit).toBe(130);
    expect(await archives()).toHaveLength(3);
  });

  it("--dry-run asks nothing and removes nothing", async () => {
    const before = await names();
    const { exit, out } = await at.run("backup", "prune", "--keep-daily", "1", "--dry-run");
    expect(exit).toBe(0);
    expect(out).toContain(`stays     ${nameOf(2)}`);
    expect(out).toContain(`would go  ${nameOf(0)}`);
    expect(await names()).toEqual(before);
    expect(at.asked()).not.toContain("backup.prune");
  });

  it.each([[[]], [["--keep-last", "0"]]])("refuses to begin with %j", async (words) => {
    const { exit, err } = await prune("--json", ...words);
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toMatchObject({ error: { code: "nothing-to-keep" } });
  });

  it("nothing goes if the newest that stays does not verify", async () => {
    const bytes = await readFile(pathOf(2));
    bytes[500] = (bytes[500] ?? 0) ^ 1;
    await writeFile(pathOf(2), bytes);
    const { exit, err } = await prune("--keep-last", "1", "--json");
    expect(exit).toBe(5);
    expect(JSON.parse(err)).toMatchObject({
      error: {
        code: "anchor-not-verified",
        message: expect.stringContaining("nothing was pruned") as string,
      },
    });
    expect(await archives()).toHaveLength(3);
    expect(await at.status()).toMatchObject({ prune: { last: { exit: 5, code: "anchor-not-verified" } } });
  });

  it("one that is visibly damaged does not count as kept, and stays to be looked at", async () => {
    await writeFile(pathOf(2), "short");
    expect((await prune("--keep-last", "1")).exit).toBe(0);
    expect(await archives()).toEqual([nameOf(1), nameOf(2)]);
  });

  it("never touches what is not ours", async () => {
    await writeFile(join(at.backups, "holiday.tar.zst.gpg"), "theirs");
    await symlink(pathOf(0), join(at.backups, "openclaw-backup-claw-20200101T000000Z.tar.zst.gpg"));
    await writeFile(join(at.backups, "openclaw-backup-claw-20200102T000000Z.tar.zst.gpg"), "no sidecar");
    await rename(pathOf(1), join(at.backups, "renamed.tar.zst.gpg"));
    expect((await prune("--keep-last", "1")).exit).toBe(0);
    expect(await archives()).toEqual([
      "holiday.tar.zst.gpg",
      "openclaw-backup-claw-20200101T000000Z.tar.zst.gpg",
      "openclaw-backup-claw-20200102T000000Z.tar.zst.gpg",
      nameOf(2),
      "renamed.tar.zst.gpg",
    ]);
  });

  it("evidence stays, and takes no place from backups", async () => {
    const evidence = await at.make("--kind", "evidence");
    expect((await prune("--keep-last", "1")).exit).toBe(0);
    expect(await archives()).toEqual([nameOf(2), basename(evidence.archive)].toSorted());
  });

  it("finishes what a killed prune had begun", async () => {
    await rename(pathOf(0), `${pathOf(0)}.pruned`);
    const { exit, out } = await prune("--keep-last", "5");
    expect(exit).toBe(0);
    expect(out).toContain(`finished what a killed prune had begun: ${nameOf(0)}\n`);
    expect((await names()).filter((name) => name.startsWith(nameOf(0).slice(0, -12)))).toEqual([]);
    expect(await archives()).toHaveLength(2);
  });

  it.each(["append", "rename", "syncDir", "remove"] as const)(
    "ended in the middle, at each %s: whole archives or a remnant that the next one removes",
    async (call) => {
      const { fs } = at.host;
      const real = { ...fs };
      for (let nth = 0; nth < 3; nth += 1) {
        let left = nth;
        const dying = (...given: readonly unknown[]): Promise<unknown> => {
          const own = typeof given[0] === "string" && given[0].includes("/backups");
          if (own && left === 0) throw new Error("killed");
          if (own) left -= 1;
          return (real[call] as (...all: readonly unknown[]) => Promise<unknown>)(...given);
        };
        Object.assign(fs, { [call]: dying });
        await prune("--keep-last", "1").catch(() => undefined);
        Object.assign(fs, real);
        for (const name of await archives()) {
          expect((await stat(join(at.backups, name))).size).toBeGreaterThan(500);
          expect(await names()).toContain(name.replace(".tar.zst.gpg", ".seal.json"));
        }
      }
      expect((await prune("--keep-last", "1")).exit).toBe(0);
      const base = nameOf(2).replace(".tar.zst.gpg", "");
      const wanted = ["catalog.json", `${base}.seal.json`, `${base}.tar.zst.gpg`, "prune.log"];
      expect(await names()).toEqual(wanted);
    },
  );

  it("one at a time: exit 11", async () => {
    await lockedElsewhere(at);
    expect((await prune("--keep-last", "1")).exit).toBe(11);
    expect(await archives()).toHaveLength(3);
  });
});
