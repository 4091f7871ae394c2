/** A restore into a folder as a whole: cancelled, beside another one, after a killed one, and with the archive exchanged. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sealArchive } from "../../src/archive/index.ts";
import type { Host } from "../../src/host/host.ts";
import { cancelled } from "../../src/model/errors.ts";
import { restoreToFolder, type RestoreRequest, type RestoreResult } from "../../src/recover/restore/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { pass } from "../archive/sealing.ts";
import { realHost, requestFor } from "../faults/restore-request.ts";

interface Stage {
  readonly home: string;
  readonly host: Host;
  readonly archive: string;
  readonly target: string;
  readonly restore: (more?: Partial<RestoreRequest>, host?: Host) => Promise<RestoreResult>;
}

async function sealFiles(home: string, name: string, text: string): Promise<string> {
  const source = join(home, `source-${name}`);
  mkdirSync(source);
  for (let file = 0; file < 30; file += 1) writeFileSync(join(source, `f${file}`), `${text} ${file}`);
  const { archive } = await sealArchive(diskHost(), {
    kind: "backup",
    roots: [{ real: source, as: "/home/claw/files" }],
    outFile: join(home, `${name}.tar.zst.gpg`),
    recipients: [],
    passphrase: pass,
    meta: { hostname: "h", tool: "t" },
  });
  return archive;
}

async function stage(): Promise<Stage> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "claw-restore-w-")));
  const host = realHost(home);
  onTestFinished(() => {
    host.dispose();
    rmSync(home, { recursive: true, force: true });
  });
  const archive = await sealFiles(home, "one", "text");
  const target = join(home, "out");
  return {
    ...{ home, host, archive, target },
    restore: async (more = {}, own = host) =>
      restoreToFolder(own, { ...(await requestFor(own, home, archive)), ...more }, target),
  };
}

test("what is no OpenClaw state comes back as well", async () => {
  const { restore, target } = await stage();
  const done = await restore();
  expect(done).toMatchObject({ files: 30, openclaw: false, switchedOff: [], gaps: [] });
  expect(readdirSync(join(target, "home/claw/files"))).toHaveLength(30);
});

test("an empty folder may be the target, and one that is not is left alone", async () => {
  const { restore, target } = await stage();
  mkdirSync(target);
  await restore();
  expect(readdirSync(target)).toEqual(["home"]);
  await expect(restore()).rejects.toMatchObject({ code: "target-not-empty" });
});

test("Ctrl-C while files are written leaves nothing", async () => {
  const { restore, host, home } = await stage();
  const before = readdirSync(home);
  const controller = new AbortController();
  const tree: Host["fs"]["tree"] = (folder) => {
    const inner = host.fs.tree(folder);
    return {
      ...inner,
      file: (name) => {
        if (name.endsWith("f17")) controller.abort(cancelled());
        return inner.file(name);
      },
    };
  };
  const own = { ...host, signal: controller.signal, fs: { ...host.fs, tree } };
  await expect(restore({}, own)).rejects.toMatchObject({ exit: "cancelled" });
  expect(readdirSync(home)).toEqual(before);
});

test("an archive that is exchanged between the check and the writing is refused", async () => {
  const { restore, archive, home } = await stage();
  const other = await sealFiles(home, "two", "tent");
  const before = readdirSync(home).filter((name) => !name.startsWith("two"));
  const progress = {
    start: (title: string) => {
      if (title === "Restoring") renameSync(other, archive);
    },
    detail: () => undefined,
  };
  await expect(restore({ progress })).rejects.toMatchObject({ exit: "tampered", code: "exchanged" });
  expect(readdirSync(home).filter((name) => !name.startsWith("two"))).toEqual(before);
});

function leftover(target: string, marked: boolean): string {
  const folder = `${target}.claw-ir-restore-aBcDeF`;
  mkdirSync(join(folder, "tree", "secret"), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "tree", "secret", "f"), "plain text");
  if (marked) writeFileSync(join(folder, "of-claw-ir-restore"), "");
  return folder;
}

function lockOf(target: string, pid: number): void {
  const holder = { pid, startTicks: 0, host: hostname(), at: "2026-11-21T10:00:00.000Z", nonce: "x" };
  writeFileSync(`${target}.claw-ir-restore.lock`, JSON.stringify(holder));
}

test("what a killed restore left behind is removed by the next one", async () => {
  const { restore, target, home } = await stage();
  leftover(target, true);
  // Killed at once: not even a mark.
  mkdirSync(`${target}.claw-ir-restore-gHiJkL`, { mode: 0o700 });
  lockOf(target, 999_999_999);
  await restore();
  expect(readdirSync(home).filter((name) => name.startsWith("out"))).toEqual(["out"]);
});

test("another claw-ir that restores to the same place is waited for, not trodden on", async () => {
  const { restore, target } = await stage();
  const folder = leftover(target, true);
  lockOf(target, process.pid);
  await expect(restore()).rejects.toMatchObject({ exit: "locked", code: "restore-running" });
  expect(existsSync(join(folder, "tree", "secret", "f"))).toBe(true);
  expect(existsSync(target)).toBe(false);
});

test("a folder that only looks like ours is left alone", async () => {
  const { restore, target } = await stage();
  const folder = leftover(target, false);
  await restore();
  expect(existsSync(join(folder, "tree", "secret", "f"))).toBe(true);
});

test("an interrupted swap of the target is not thrown away", async () => {
  const { restore, target } = await stage();
  writeFileSync(`${target}.claw-ir-restore.json`, "{}");
  await expect(restore()).rejects.toMatchObject({ code: "swap-unfinished" });
});
