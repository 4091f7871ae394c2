/** Copies through the real rclone: a folder behind an alias, WebDAV (knows no SHA-256) and SFTP on loopback. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { sealArchive } from "../../src/archive/index.ts";
import { copyArchive } from "../../src/preserve/offsite/index.ts";
import { pass } from "../archive/sealing.ts";
import { ground, type Ground, isThere, serve } from "./programs.ts";

const rclone = isThere("rclone");

async function archiveIn({ root, host }: Ground): Promise<string> {
  mkdirSync(join(root, "state"));
  writeFileSync(join(root, "state", "notes.txt"), "hello");
  const archive = join(root, "openclaw-backup-claw-20261121T100000Z.tar.zst.gpg");
  await sealArchive(host, {
    kind: "backup",
    roots: [{ real: join(root, "state"), as: "/home/claw/state" }],
    outFile: archive,
    recipients: [],
    passphrase: pass,
    meta: { hostname: "claw", tool: "claw-ir 0.0.0" },
  });
  return archive;
}

function configure({ home }: Ground, text: string): void {
  mkdirSync(join(home, ".config", "rclone"), { recursive: true });
  writeFileSync(join(home, ".config", "rclone", "rclone.conf"), text, { mode: 0o600 });
}

/** Copies twice, and once where another file has the name. */
async function check(at: Ground, archive: string, to: string, there: string): Promise<void> {
  expect(await copyArchive(at.host, archive, to)).toMatchObject({ verified: true, already: false });
  expect(readFileSync(join(there, basename(archive)))).toEqual(readFileSync(archive));
  expect(readdirSync(there).sort()).toEqual(
    [basename(archive), basename(archive).replace(".tar.zst.gpg", ".seal.json")].sort(),
  );
  expect(await copyArchive(at.host, archive, to)).toMatchObject({ verified: true, already: true });
  // In a place of its own: servers remember for a while what they have shown.
  mkdirSync(join(there, "other"));
  writeFileSync(join(there, "other", basename(archive)), "somebody else's");
  await expect(copyArchive(at.host, archive, `${to}/other`)).rejects.toMatchObject({ code: "copy-exists" });
  expect(readFileSync(join(there, "other", basename(archive)), "utf8")).toBe("somebody else's");
}

describe.runIf(rclone)("the real rclone", () => {
  it("a configured remote over a folder", async () => {
    const at = ground();
    const archive = await archiveIn(at);
    const there = join(at.root, "there");
    configure(at, `[nas]\ntype = alias\nremote = ${there}\n`);
    await check(at, archive, "rclone:nas:claw", join(there, "claw"));
  });

  it("WebDAV, read back as a whole because it knows no SHA-256", async () => {
    const at = ground();
    const archive = await archiveIn(at);
    const there = join(at.root, "there");
    mkdirSync(there);
    const port = await serve(at, [
      "rclone",
      "serve",
      "webdav",
      there,
      "--addr",
      "127.0.0.1:0",
      "--config",
      "",
    ]);
    await check(at, archive, `rclone::webdav,url="http://127.0.0.1:${port}":claw`, join(there, "claw"));
  });

  it("SFTP with a name and a password of the user's configuration", async () => {
    const at = ground();
    const archive = await archiveIn(at);
    const there = join(at.root, "there");
    mkdirSync(there);
    const word = "FAKE-word";
    const login = ["--user", "claw", "--pass", word];
    const port = await serve(at, [
      "rclone",
      "serve",
      "sftp",
      there,
      "--addr",
      "127.0.0.1:0",
      ...login,
      "--config",
      "",
    ]);
    const hidden = execFileSync("rclone", ["obscure", word], { encoding: "utf8" }).trim();
    configure(at, `[far]\ntype = sftp\nhost = 127.0.0.1\nport = ${port}\nuser = claw\npass = ${hidden}\n`);
    await check(at, archive, "rclone:far:claw", join(there, "claw"));
  });

  it("a remote that is not configured is an error with rclone's words", async () => {
    const at = ground();
    const archive = await archiveIn(at);
    await expect(copyArchive(at.host, archive, "rclone:nowhere:claw")).rejects.toMatchObject({
      code: "copy-failed",
      message: expect.stringContaining("didn't find section in config file") as unknown,
    });
  });
});
