import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { looksTyped, withoutTyped } from "../../../../src/collectors/traces/logs/typed-names.ts";
import { collector, setting, type Setting, type SettingOptions } from "../../setting.ts";
import { utmp } from "./utmp-bytes.ts";

let here: Setting | undefined;
async function made(options: SettingOptions = {}): Promise<Setting> {
  here = await setting(options);
  return here;
}
afterEach(async () => {
  await here?.end();
  here = undefined;
});

const mtime = new Date("2026-11-21T00:00:00Z");
const accepted = "sshd[1]: Accepted publickey for claw from 203.0.113.9 port 1 ssh2";

describe("logs on a mounted disk", () => {
  it("are read with their rotated predecessors, in the disk's own time zone, newest file first", async () => {
    const given = await made({
      files: {
        "/etc/localtime": { link: "/usr/share/zoneinfo/Europe/Berlin" },
        "/var/log/auth.log": { content: `Nov 20 10:11:12 claw ${accepted}\n`, mtime },
        "/var/log/auth.log.2.gz": {
          content: gzipSync(`Nov  1 10:00:00 claw ${accepted}\n`),
          mtime: new Date("2026-11-02T00:00:00Z"),
        },
        "/var/log/secure-20261101": { content: "\0\0\0\n", mtime: new Date("2026-11-01T00:00:00Z") },
        "/var/log/auth.log.evil/x": "no log",
      },
    });
    const artifact = await given.run(collector("auth-logs"));
    expect(artifact.outcome).toBe("ok");
    expect(await given.lines(artifact)).toMatchObject([
      {
        kind: "login",
        at: "2026-11-20T09:11:12.000Z",
        place: { path: "/var/log/auth.log", locator: "line 1" },
      },
      { kind: "login", at: "2026-11-01T09:00:00.000Z", place: { path: "/var/log/auth.log.2.gz" } },
      { kind: "unreadable", place: { path: "/var/log/secure-20261101" } },
    ]);
  });

  it("that are closed, damaged, packed to burst or led out of the disk are gaps and no failure", async () => {
    const given = await made({
      files: {
        "/var/log/auth.log": `2026-11-20T10:11:12Z claw ${accepted}\n`,
        "/var/log/auth.log.1": "x",
        "/var/log/auth.log.2.gz": gzipSync(Buffer.alloc(40 << 20)),
        "/var/log/auth.log.3.gz": "no gzip",
        "/var/log/auth.log.4.xz": "y",
        "/var/log/auth.log.5": { link: "/etc/nowhere" },
      },
    });
    given.fake.fail(given.fake.path("/var/log/auth.log.1"), "EACCES");
    const artifact = await given.run(collector("auth-logs"));
    expect(artifact).toMatchObject({ outcome: "partial", records: 1 });
    for (const part of [
      "/var/log/auth.log.1 may not be read by this user",
      "/var/log/auth.log.2.gz was not read: it unpacks to more than 16 MiB",
      "/var/log/auth.log.3.gz is damaged",
      "/var/log/auth.log.4.xz could not be read: packed with xz, which is not read",
    ])
      expect(artifact.reason).toContain(part);
  });

  it("are missing or denied, never clean, where there are none", async () => {
    const given = await made();
    for (const id of ["auth-logs", "login-records", "journal", "audit-log", "package-logs"])
      expect([id, (await given.run(collector(id))).outcome]).toEqual([id, "missing"]);
    const closed = await made({ files: { "/var/log/audit/audit.log": "x" } });
    closed.fake.fail(closed.fake.path("/var/log/audit"), "EACCES");
    expect(await closed.run(collector("audit-log"))).toMatchObject({
      outcome: "denied",
      reason: "/var/log/audit may not be read by this user; as root: the log itself",
    });
    await given.end();
  });

  it("have logins, boots and the last login of each account", async () => {
    const at = Date.UTC(2026, 10, 20);
    const last = Buffer.alloc(292 * 1001);
    last.writeUInt32LE(at / 1000, 292 * 1000);
    last.write("203.0.113.9", 292 * 1000 + 36);
    const given = await made({
      files: {
        "/etc/passwd": "claw:x:1000:1000::/home/user:/bin/sh\nhuge:x:4294967290:1::/home/huge:/bin/sh\n",
        "/var/log/wtmp": utmp([{ type: 7, user: "claw", line: "pts/0", host: "203.0.113.9", ms: at }], {
          size: 384,
          littleEndian: true,
        }),
        "/var/log/lastlog": last,
        "/var/lib/lastlog/lastlog2.db": "no database",
      },
    });
    const artifact = await given.run(collector("login-records"));
    expect(artifact.outcome).toBe("partial");
    expect(artifact.reason).toContain("/var/lib/lastlog/lastlog2.db could not be read");
    expect(await given.lines(artifact)).toMatchObject([
      { kind: "login", program: "wtmp", user: "claw", at: "2026-11-20T00:00:00.000Z" },
      { kind: "login", program: "lastlog", user: "claw", place: { locator: "user id 1000" } },
    ]);
  });

  it("have the commands that the audit daemon saw, secrets hidden", async () => {
    const given = await made({
      files: {
        "/var/log/audit/audit.log":
          'type=EXECVE msg=audit(1763633472.123:9): argc=3 a0="x" a1="--token" a2="FAKE-abc"\n',
      },
    });
    const lines = await given.lines(await given.run(collector("audit-log")));
    expect(lines).toMatchObject([
      { kind: "command", text: expect.stringMatching(/^EXECVE x --token fp:/) as unknown },
    ]);
    expect(JSON.stringify(lines)).not.toContain("FAKE");
  });

  it("have what was installed, by whom and with which command, secrets hidden", async () => {
    const given = await made({
      files: {
        "/var/log/dpkg.log": "2026-11-20 10:11:12 install foo:amd64 <none> 1.0\n",
        "~/.npm/_logs/2026-11-20T10_11_12_345Z-debug-0.log":
          '6 verbose argv "install" "x" "--//registry.example/:_authToken=npm_FAKE0123456789abcdefghijklmnopqrstuv"\n',
      },
    });
    const lines = await given.lines(await given.run(collector("package-logs")));
    expect(lines).toMatchObject([
      { program: "dpkg", kind: "install" },
      { program: "npm", at: "2026-11-20T10:11:12.345Z" },
    ]);
    expect(JSON.stringify(lines)).not.toContain("FAKE");
  });
});

describe("a password typed as a user name", () => {
  const typed = "Hunter2-FAKE";
  const from = "from 203.0.113.9 port 1 ssh2";

  it("is kept as a mark, the same one in every log, and never in the clear", async () => {
    const given = await made({
      files: {
        "/etc/passwd": "Svc.Backup01:x:1001:1001::/home/svc:/bin/sh\n",
        "/var/log/auth.log": [
          `Failed password for invalid user ${typed} ${from}`,
          `Invalid user ${typed} from 203.0.113.9 port 1`,
          `Failed password for invalid user deploy2026 ${from}`,
          `Failed password for Svc.Backup01 ${from}`,
          `Failed password for Ldap.User01 ${from}`,
        ]
          .map((text) => `2026-11-20T10:11:12Z claw sshd[1]: ${text}\n`)
          .join(""),
        "/var/log/btmp": utmp(
          [typed, "Svc.Backup01"].map((user) => ({
            ...{ type: 6, user, line: "ssh:notty", host: "203.0.113.9" },
            ms: Date.UTC(2026, 10, 20),
          })),
          { size: 384, littleEndian: true },
        ),
        "/var/log/audit/audit.log": `type=USER_LOGIN msg=audit(1763633472.123:456): pid=1 msg='op=login acct=${Buffer.from(
          typed,
        )
          .toString("hex")
          .toUpperCase()} exe="/usr/sbin/sshd" addr=203.0.113.9 res=failed'\n`,
      },
    });
    const users = async (id: string): Promise<readonly unknown[]> => {
      const lines = await given.lines(await given.run(collector(id)));
      expect(JSON.stringify(lines)).not.toMatch(/FAKE|46414B45/);
      return lines.map((line) => (line as { readonly user?: string }).user);
    };
    const mark = expect.stringMatching(/^fp:[0-9a-f]{12} \(12 characters\)$/) as unknown;
    const auth = await users("auth-logs");
    expect(auth).toEqual([mark, mark, "deploy2026", "Svc.Backup01", "Ldap.User01"]);
    expect(await users("login-records")).toEqual([auth[0], "Svc.Backup01"]);
    expect(await users("audit-log")).toEqual([auth[0]]);
  });

  it("is not kept in part where the text was cut", () => {
    const event = { kind: "login-failed", user: `${typed}${"x".repeat(50)}`, program: "sshd" } as const;
    const hidden = withoutTyped(
      { ...event, text: `Failed password for invalid user ${typed}`, place: { path: "/l" } },
      new Set(),
      { mark: (secret) => ({ fingerprint: "fp:0", length: secret.length }) },
    );
    expect(hidden).toMatchObject({
      user: "fp:0 (62 characters)",
      text: "login failed: fp:0 (62 characters)",
    });
  });

  it.each([
    ["root", false],
    ["admin2026", false],
    ["web-01.backup", false],
    ["Sh0rt!", false],
    ["NoDigitsHere", false],
    ["correct1horse!", true],
    ["Passw0rd", true],
  ])("%s: %j", (name, yes) => expect(looksTyped(name)).toBe(yes));
});

describe("a wtmp that was tidied up", () => {
  it("is told where somebody is logged in and it is empty", async () => {
    const given = await made({
      live: true,
      files: { "/var/log/wtmp": "" },
      logins: [{ user: "claw", line: "pts/0", host: "203.0.113.9", pid: 3 }],
    });
    const { records } = await given.sources.readings.get("loginRecords", given.sources);
    expect(records).toMatchObject([{ kind: "log", text: "/var/log/wtmp is empty although 1 login is open" }]);
  });
});

describe("the journal", () => {
  const machine = "/var/log/journal/0123456789abcdef0123456789abcdef/system.journal";
  const entry = (message: string, at: number): string =>
    JSON.stringify({ __REALTIME_TIMESTAMP: String(at), SYSLOG_IDENTIFIER: "sshd", MESSAGE: message });

  it("of a disk is read by the examiner's own journalctl, from its folder", async () => {
    const asked: string[] = [];
    const given = await made({
      files: { [machine]: "x" },
      onRun: (argv) => {
        asked.push(argv.join(" "));
        if (argv.includes("--list-boots")) return { stdout: "[]" };
        if (argv.includes("--unit=openclaw*"))
          return { code: 1, stderr: "Failed to add filter for units: No data available\n" };
        if (!argv.includes("SYSLOG_FACILITY=4")) return { stdout: "-- No entries --\n" };
        const stdout = `${entry("Accepted password for claw from 203.0.113.9 port 1", 1_763_600_000_000_000)}\nhalf of a`;
        return { stdout, truncated: true };
      },
    });
    const artifact = await given.run(collector("journal"));
    expect(artifact).toMatchObject({
      outcome: "partial",
      reason:
        "of the journal's entries on logins and cron the oldest were not read; as root: the entries of other users and of the system",
    });
    expect(await given.lines(artifact)).toMatchObject([{ kind: "login", user: "claw" }]);
    const folder = given.fake.path("/var/log/journal");
    expect(
      asked.every((line) => line.startsWith("journalctl ") && line.includes(`--directory=${folder}`)),
    ).toBe(true);
  });

  it("of the live host says what this user may not see, and an absent journalctl is missing", async () => {
    const hint = "Hint: You are currently not seeing messages from other users and the system.\n";
    const given = await made({ live: true, files: { [machine]: "x" }, onRun: () => ({ stderr: hint }) });
    const artifact = await given.run(collector("journal"));
    expect(artifact).toMatchObject({ outcome: "partial", records: 0 });
    expect(artifact.reason).toMatch(/^the journal shows only this user's own entries; as root/);
    const absent = await made({
      live: true,
      files: { [machine]: "x" },
      onRun: () => ({ code: null, missing: true }),
    });
    expect(await absent.run(collector("journal"))).toMatchObject({
      outcome: "missing",
      reason: "journalctl is not installed",
    });
    await given.end();
  });
});
