import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/case/index.ts";
import { marksOf } from "../../../src/collectors/traces/git-secrets.ts";
import { Secret } from "../../../src/model/secret.ts";
import { fakeGit } from "../../support/fake-git.ts";
import { collector, setting, type Setting } from "../setting.ts";

const open: Setting[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.end();
});

async function start(): Promise<Setting & { readonly workspace: string; readonly value: string }> {
  const at = await setting({ state: true });
  open.push(at);
  const { records = [] } = (await at.sources.state?.credentials()) ?? {};
  const live = records.find(({ live: isLive, secret }) => isLive && (secret?.length ?? 0) > 20);
  if (live?.secret === undefined) throw new Error("the state holds no secret");
  const workspace = join(at.fake.home, ".openclaw", "workspace");
  rmSync(join(workspace, ".git"), { recursive: true, force: true });
  mkdirSync(workspace, { recursive: true });
  return { ...at, workspace, value: live.secret.reveal() };
}

function inRepo(dir: string, ...args: readonly string[]): string {
  const env = {
    PATH: process.env["PATH"],
    HOME: dir,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "A",
    GIT_AUTHOR_EMAIL: "a@example.com",
    GIT_COMMITTER_NAME: "C",
    GIT_COMMITTER_EMAIL: "c@example.com",
    GIT_AUTHOR_DATE: "2026-11-01T10:00:00Z",
    GIT_COMMITTER_DATE: "2026-11-01T10:00:00Z",
  };
  return execFileSync("git", args, { cwd: dir, encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] });
}

/** Commits the files, and no others. */
function commit(dir: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  inRepo(dir, "add", "-f", ...Object.keys(files));
  inRepo(dir, "commit", "-q", "--allow-empty", "-m", "x");
  return inRepo(dir, "rev-parse", "HEAD").trim();
}

describe("secrets in the history of git repositories", () => {
  it("are found after they were taken out, by fingerprint, commit and path, and never by value", async () => {
    const at = await start();
    inRepo(at.workspace, "init", "-q", "-b", "main");
    const put = commit(at.workspace, {
      "notes.md": `key: ${at.value}\n`,
      "data.bin": Buffer.concat([Buffer.from([0, 1]), Buffer.from(JSON.stringify({ k: at.value }))]),
      "other.env": "OTHER_TOKEN=ghp_FAKE0123456789abcdefghijABCDEFGHIJ\n",
    });
    commit(at.workspace, { "notes.md": "gone\n", "data.bin": "gone\n", "other.env": "gone\n" });
    const artifact = await at.run(collector("git-history"));
    expect(artifact).toMatchObject({ outcome: "ok", records: 3 });
    const lines = await at.lines(artifact);
    const { fingerprint } = at.kase.redactor.mark(new Secret(at.value));
    const repository = at.sources.target.toHost(at.workspace);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ repository, file: "notes.md", fingerprint, live: true, lastCommit: put }),
        expect.objectContaining({
          repository,
          file: "data.bin",
          fingerprint,
          live: true,
          remote: false,
          versions: 1,
        }),
        expect.objectContaining({ repository, file: "other.env", live: false }),
      ]) as unknown,
    );
    expect(JSON.stringify(lines)).not.toContain("FAKE");
    expect(JSON.stringify(lines)).not.toContain(at.value);
  });

  it("are looked for without a hook, a filter or a setting of the repository", async () => {
    const at = await start();
    inRepo(at.workspace, "init", "-q", "-b", "main");
    commit(at.workspace, { "a.md": `${at.value}\n`, ".gitattributes": "* diff=evil filter=evil\n" });
    const evil = join(at.workspace, "evil.sh");
    writeFileSync(evil, `#!/bin/sh\ntouch ${at.workspace}/ran\ncat\n`);
    chmodSync(evil, 0o755);
    for (const key of [
      "core.fsmonitor",
      "core.pager",
      "diff.evil.textconv",
      "filter.evil.smudge",
      "diff.external",
    ])
      inRepo(at.workspace, "config", key, evil);
    const before = readdirSync(at.workspace).sort();
    const index = readFileSync(join(at.workspace, ".git/index"));
    inRepo(at.workspace, "remote", "add", "origin", "https://x.example/w.git");
    const artifact = await at.run(collector("git-history"));
    expect(artifact).toMatchObject({ outcome: "ok", records: 1 });
    expect(await at.lines(artifact)).toMatchObject([{ remote: true }]);
    expect(readdirSync(at.workspace).sort()).toEqual(before);
    expect(readFileSync(join(at.workspace, ".git/index")).equals(index)).toBe(true);
  });

  it("that lie beyond a limit or behind something broken make it partial, and the rest is told", async () => {
    const at = await start();
    inRepo(at.workspace, "init", "-q", "-b", "main");
    commit(at.workspace, { "large.txt": "x".repeat((4 << 20) + 1), "a.md": at.value, "b.md": "broken" });
    const oid = inRepo(at.workspace, "rev-parse", "HEAD:b.md").trim();
    const path = join(at.workspace, ".git/objects", oid.slice(0, 2), oid.slice(2));
    chmodSync(path, 0o644);
    writeFileSync(path, readFileSync(path).subarray(0, -3));
    const artifact = await at.run(collector("git-history"));
    expect(artifact).toMatchObject({ outcome: "partial", records: 1 });
    expect(artifact.reason).toContain("1 version of its files with more than 4.0 MiB left out");
    expect(artifact.reason).toMatch(/1 version of its files could not be (?:read|found)/);
  });

  it("are none where there is no repository, and not known where it is kept in another way or git is missing", async () => {
    const at = await start();
    expect(await at.run(collector("git-history"))).toMatchObject({ outcome: "ok", records: 0 });
    for (const [available, said] of [
      [true, "it is kept in a way that is not read here"],
      [false, "git is not installed"],
    ] as const) {
      const git = { ...fakeGit("").git, available: () => Promise.resolve(available) };
      const other = await setting({
        state: true,
        git: { ...git, reader: () => Promise.resolve(undefined) },
      });
      open.push(other);
      writeFileSync(join(other.fake.home, ".openclaw", "x"), "");
      mkdirSync(join(other.fake.home, ".openclaw", ".git"));
      const artifact = await other.run(collector("git-history"));
      expect(artifact.outcome).not.toBe("ok");
      expect(artifact.reason).toContain(said);
    }
  });
});

describe("marks in a version of a file", () => {
  const redactor = createRedactor(new Uint8Array(32).fill(1));
  const secret = new Secret("FAKE-0123456789-abcdefghij");
  const { fingerprint } = redactor.mark(secret);
  redactor.learn(secret);
  const known = new Map([[fingerprint, { id: "x", live: true }]]);
  const of = (text: string | Uint8Array): readonly string[] => [
    ...marksOf(Buffer.from(text), redactor, known),
  ];

  it("are those of values, and not those that the file shows of itself", () => {
    expect(of(secret.reveal())).toEqual([fingerprint]);
    expect(of(`[fp:0123456789ab (20 characters)] and ${secret.reveal()}`)).toEqual([fingerprint]);
    expect(of(`[${fingerprint} (26 characters)]`)).toEqual([]);
  });

  it("are found in any bytes around it, and nothing unknown in what is no text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
        const bytes = Buffer.concat([Buffer.from([0]), a, Buffer.from(` ${secret.reveal()} `), b]);
        expect(of(bytes)).toEqual([fingerprint]);
      }),
      { numRuns: 50 },
    );
  });
});
