/** Copies elsewhere: what goes, that it arrives whole, that nothing there is overwritten. */
import { readFileSync, writeFileSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkDestinations, copyArchive, destinationOf } from "../../src/preserve/offsite/index.ts";
import type { Host } from "../../src/host/host.ts";
import { sealArchive } from "../../src/archive/index.ts";
import { pass } from "../archive/sealing.ts";
import { fakeHost, notInstalled, type FakeHost, type FakeHostOptions } from "../support/fake-host.ts";
import { rcloneStandIn, type RcloneStandIn } from "../support/rclone-stand-in.ts";

const made: FakeHost[] = [];
afterEach(async () => {
  for (const fake of made.splice(0)) await fake.cleanup();
});

interface Setting {
  readonly fake: FakeHost;
  readonly archive: string;
  readonly disk: string;
}

async function setting(options: FakeHostOptions = {}): Promise<Setting> {
  const fake = await fakeHost({ files: { "state/notes.txt": "hello" }, ...options });
  made.push(fake);
  await mkdir(fake.path("backups"));
  await mkdir(fake.path("disk"));
  const archive = fake.path("backups/openclaw-backup-claw-20261121T100000Z.tar.zst.gpg");
  await sealArchive(fake.host, {
    kind: "backup",
    roots: [{ real: fake.path("state"), as: "/home/claw/state" }],
    outFile: archive,
    recipients: [],
    passphrase: pass,
    meta: { hostname: "claw", tool: "claw-ir 0.0.0" },
  });
  return { fake, archive, disk: fake.path("disk") };
}

describe("places", () => {
  it.each([
    ["/mnt/disk", { kind: "folder", path: "/mnt/disk" }],
    ["rclone:nas:backups/claw", { kind: "rclone", remote: "nas:backups/claw" }],
    ["rclone::sftp,host=h:/srv", { kind: "rclone", remote: ":sftp,host=h:/srv" }],
    [
      "sftp://me@nas.lan:2222/srv/claw",
      { kind: "rclone", remote: ":sftp,host=nas.lan,user=me,port=2222:/srv/claw" },
    ],
    ["sftp:me@nas.lan:claw", { kind: "rclone", remote: ":sftp,host=nas.lan,user=me:claw" }],
    ["s3:bucket/claw", { kind: "rclone", remote: ":s3,env_auth=true:bucket/claw" }],
    ["s3://bucket/claw", { kind: "rclone", remote: ":s3,env_auth=true:bucket/claw" }],
  ])("%s", (text, place) => {
    expect(destinationOf(text)).toMatchObject(place);
  });

  it.each([
    "disk",
    "",
    "rclone:nas",
    "rclone:--config=x:y",
    "sftp:nas",
    "sftp://-oProxyCommand=x/y",
    "s3:",
    "/a\nb",
  ])("%j is none", (text) => {
    expect(() => destinationOf(text)).toThrow(expect.objectContaining({ exit: "usage" }));
  });

  it("rclone that is not there is told beforehand, and not looked for where no place needs it", async () => {
    const { fake } = await setting({ onRun: () => notInstalled });
    await expect(checkDestinations(fake.host, ["/mnt", "s3:bucket"])).rejects.toMatchObject({
      code: "no-rclone",
    });
    await expect(checkDestinations(fake.host, ["/mnt"])).resolves.toBeUndefined();
  });
});

describe("to a folder", () => {
  it("archive and sidecar arrive, are read back, and are there already the next time", async () => {
    const { fake, archive, disk } = await setting();
    const first = await copyArchive(fake.host, archive, disk);
    expect(first).toMatchObject({ to: disk, verified: true, already: false });
    expect(await readdir(disk)).toEqual((await readdir(fake.path("backups"))).sort());
    expect(await readFile(join(disk, basename(archive)))).toEqual(await readFile(archive));
    expect(await copyArchive(fake.host, archive, disk)).toMatchObject({
      ...first,
      already: true,
      at: expect.any(String) as unknown,
    });
  });

  it("what an interrupted copy left is begun anew", async () => {
    const { fake, archive, disk } = await setting();
    await writeFile(join(disk, `${basename(archive)}.partial`), "half of it");
    await copyArchive(fake.host, archive, disk);
    expect((await readdir(disk)).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("another file of that name stays as it is", async () => {
    const { fake, archive, disk } = await setting();
    await writeFile(join(disk, basename(archive)), "somebody else's");
    await expect(copyArchive(fake.host, archive, disk)).rejects.toMatchObject({
      exit: "failed",
      code: "copy-exists",
    });
    expect(await readFile(join(disk, basename(archive)), "utf8")).toBe("somebody else's");
  });

  it("an archive that is not what its sidecar says, is in the clear, or is not there does not go", async () => {
    const { fake, archive, disk } = await setting();
    await appendFile(archive, "x");
    await expect(copyArchive(fake.host, archive, disk)).rejects.toMatchObject({ exit: "tampered" });
    const plain = await fake.put("backups/plain.tar.zst", "not encrypted at all");
    await expect(copyArchive(fake.host, plain, disk)).rejects.toMatchObject({
      exit: "usage",
      code: "plaintext-archive",
    });
    await expect(copyArchive(fake.host, `${plain}.gpg`, disk)).rejects.toMatchObject({ exit: "notFound" });
    expect(await readdir(disk)).toEqual([]);
  });

  it("a folder that is not there is not made: its disk may not be mounted", async () => {
    const { fake, archive } = await setting();
    await expect(copyArchive(fake.host, archive, fake.path("gone"))).rejects.toMatchObject({
      code: "copy-unreachable",
    });
    expect(await readdir(fake.root)).not.toContain("gone");
  });

  it("a full disk there leaves no name behind", async () => {
    const { fake, archive, disk } = await setting();
    fake.fail(join(disk, `${basename(archive)}.partial`), "ENOSPC", "write");
    await expect(copyArchive(fake.host, archive, disk)).rejects.toThrow(/no space left/);
    expect(await readdir(disk)).not.toContain(basename(archive));
  });
});

describe.each([true, false])("through rclone, where the place tells SHA-256: %s", (hashes) => {
  async function remote(): Promise<Setting & { readonly rclone: RcloneStandIn; readonly host: Host }> {
    const at = await setting();
    const rclone = rcloneStandIn(at.disk, { hashes });
    return { ...at, rclone, host: { ...at.fake.host, run: rclone.run } };
  }

  it("is compared there, named last, and there already the next time", async () => {
    const { host, archive, disk, rclone } = await remote();
    expect(await copyArchive(host, archive, "rclone:nas:claw")).toMatchObject({
      verified: true,
      already: false,
    });
    expect((await readdir(join(disk, "claw"))).every((name) => !name.endsWith(".partial"))).toBe(true);
    expect(rclone.calls.includes("hashsum")).toBe(!hashes);
    expect(await copyArchive(host, archive, "rclone:nas:claw")).toMatchObject({ already: true });
    expect(rclone.calls.filter((verb) => verb === "copyto")).toHaveLength(2);
  });

  it("what arrived otherwise does not get its name", async () => {
    const { host, archive, disk, rclone } = await remote();
    rclone.onArrival = (path) => {
      if (path.includes(".gpg")) flipLastByte(path);
    };
    await expect(copyArchive(host, archive, "rclone:nas:")).rejects.toMatchObject({ code: "copy-failed" });
    expect(await readdir(disk)).not.toContain(basename(archive));
  });
});

it("rclone gets the user's own configuration, asks nothing, and no secret from the environment", async () => {
  const { fake, archive, disk } = await setting({
    env: { SSH_AUTH_SOCK: "/run/agent", AWS_SECRET_ACCESS_KEY: "FAKE", RCLONE_CONFIG_PASS: "FAKE" },
  });
  const config = await fake.put("~/.config/rclone/rclone.conf", "[nas]\n");
  const rclone = rcloneStandIn(disk);
  const seen: { readonly argv: readonly string[]; readonly env: object }[] = [];
  const host: Host = {
    ...fake.host,
    run: (argv, options) => {
      if (argv[1] !== "version") seen.push({ argv, env: options.env ?? {} });
      return rclone.run(argv, options);
    },
  };
  await copyArchive(host, archive, "rclone:nas:");
  for (const { argv, env } of seen) {
    expect(argv).toEqual(expect.arrayContaining(["--config", config, "--ask-password=false"]));
    expect(env).toEqual({ SSH_AUTH_SOCK: "/run/agent" });
  }
});

/** Same size, other content. */
function flipLastByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(path, bytes);
}
