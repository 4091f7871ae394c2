import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAuditLine } from "../../../../src/collectors/traces/logs/audit-format.ts";
import { auditEvents } from "../../../../src/collectors/traces/logs/audit-join.ts";
import { classify } from "../../../../src/collectors/traces/logs/classify.ts";
import {
  bootEvents,
  fieldText,
  holes,
  parseBoots,
  parseJournalLine,
} from "../../../../src/collectors/traces/logs/journal-format.ts";
import { keepNewest } from "../../../../src/collectors/traces/logs/keep-newest.ts";
import { localTime, withoutYear, withoutZone } from "../../../../src/collectors/traces/logs/local-time.ts";
import { linesOf } from "../../../../src/collectors/traces/logs/log-files.ts";
import {
  parseAptHistory,
  parseDnfLog,
  parseDpkgLog,
  parseNpmLog,
  parsePacmanLog,
  parsePipLog,
} from "../../../../src/collectors/traces/logs/package-format.ts";
import { parseSyslogLine } from "../../../../src/collectors/traces/logs/syslog-line.ts";
import type { HostEvent } from "../../../../src/model/log-records.ts";
import { mutated } from "../../../support/mutated.ts";

const utc = (ms: number): number => ms;
const iso = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();
const numbered = (text: string) => text.split("\n").map((line, i) => ({ number: i + 1, text: line }));

describe("local time", () => {
  it("becomes UTC as the zone had it then", () => {
    const berlin = localTime("Europe/Berlin");
    expect(iso(berlin(Date.UTC(2026, 0, 15, 12)))).toBe("2026-01-15T11:00:00.000Z");
    expect(iso(berlin(Date.UTC(2026, 6, 15, 12)))).toBe("2026-07-15T10:00:00.000Z");
    expect(iso(localTime("Asia/Kolkata")(Date.UTC(2026, 6, 15, 12)))).toBe("2026-07-15T06:30:00.000Z");
    expect(localTime("No/Where")(5)).toBe(5);
    expect(localTime(undefined)(5)).toBe(5);
  });

  it("without a year is the last such time before the file was written", () => {
    const written = Date.UTC(2026, 0, 3);
    expect(iso(withoutYear("Dec 31 23:59:59", written, utc))).toBe("2025-12-31T23:59:59.000Z");
    expect(iso(withoutYear("Jan  2 01:02:03", written, utc))).toBe("2026-01-02T01:02:03.000Z");
    expect(iso(withoutYear("Feb 29 00:00:00", written, utc))).toBe("2024-02-29T00:00:00.000Z");
    expect(withoutYear("Foo  2 01:02:03", written, utc)).toBeUndefined();
    expect(iso(withoutZone("2026-11-25  19:17:38", utc))).toBe("2026-11-25T19:17:38.000Z");
    expect(withoutZone("2026-13-45 19:17:38", utc)).toBeUndefined();
  });

  it("is never moved by more than a zone can be away", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "UTC"),
        fc.integer({ min: 0, max: 4_102_444_800 }),
        (zone, seconds) => {
          const ms = localTime(zone)(seconds * 1000);
          expect(Math.abs(ms - seconds * 1000)).toBeLessThanOrEqual(14 * 3_600_000);
          expect(Number.isInteger(ms / 1000)).toBe(true);
        },
      ),
    );
  });
});

const traditional =
  "Nov 20 10:11:12 claw sshd[812]: Accepted publickey for claw from 203.0.113.9 port 50022 ssh2: ED25519 SHA256:abc";
const modern =
  "2026-11-20T10:11:12.123456+01:00 claw sudo:     claw : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh";

describe("a line of syslog", () => {
  it("is read in both of its forms", () => {
    const written = Date.UTC(2026, 10, 21);
    expect(parseSyslogLine(traditional, written, utc)).toMatchObject({
      ms: Date.UTC(2026, 10, 20, 10, 11, 12),
      host: "claw",
      program: "sshd",
    });
    expect(parseSyslogLine(modern, written, utc)).toMatchObject({
      ms: Date.UTC(2026, 10, 20, 9, 11, 12, 123),
      program: "sudo",
    });
    expect(parseSyslogLine("2026-11-20T10:11:12Z h /usr/sbin/CRON[1]: x", written, utc)?.program).toBe(
      "CRON",
    );
    expect(parseSyslogLine("\0\0\0\0", written, utc)).toBeUndefined();
  });

  it("takes anything, in linear time", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated(traditional), mutated(modern)), (text) => {
        const line = parseSyslogLine(text, Date.UTC(2026, 10, 21), utc);
        if (line !== undefined) classify(line.program, line.message);
      }),
    );
    const evil = ["(", " : ", "COMMAND=", "usb ", "lost 1", "FOR ", "'", "port", "\t"].map((one) =>
      one.repeat(20_000),
    );
    for (const program of ["sshd", "sudo", "su", "cron", "login", "kernel", "chronyd", "rsyslogd", "systemd"])
      for (const message of evil) classify(program, message);
  });
});

describe("what a message tells", () => {
  const cases: readonly (readonly [string, string, object | undefined])[] = [
    [
      "sshd",
      "Accepted publickey for claw from 203.0.113.9 port 1 ssh2",
      { kind: "login", user: "claw", from: "203.0.113.9" },
    ],
    [
      "sshd-session",
      "Accepted password for root from 2001:db8::1 port 1 ssh2",
      { kind: "login", user: "root", from: "2001:db8::1" },
    ],
    [
      "sshd",
      "Failed password for invalid user admin from 203.0.113.9 port 1 ssh2",
      { kind: "login-failed", user: "admin", from: "203.0.113.9" },
    ],
    ["sshd", "Invalid user  from 203.0.113.9 port 1", { kind: "login-failed", from: "203.0.113.9" }],
    [
      "sshd",
      "Disconnected from user claw 203.0.113.9 port 1",
      { kind: "logout", user: "claw", from: "203.0.113.9" },
    ],
    ["sshd", "Connection closed by 203.0.113.9 port 1 [preauth]", undefined],
    [
      "sudo",
      "    claw : TTY=pts/0 ; PWD=/home/claw ; USER=root ; COMMAND=/bin/ls",
      { kind: "sudo", user: "claw", from: "pts/0" },
    ],
    ["sudo", "    claw : PWD=/ ; USER=root ; COMMAND=/bin/ls", { kind: "sudo", user: "claw" }],
    [
      "sudo",
      "    claw : user NOT in sudoers ; TTY=pts/0 ; COMMAND=/bin/ls",
      { kind: "sudo-refused", user: "claw" },
    ],
    [
      "sudo",
      "    claw : 3 incorrect password attempts ; COMMAND=/bin/ls",
      { kind: "sudo-refused", user: "claw" },
    ],
    ["su", "(to root) claw on pts/1", { kind: "su", user: "claw", from: "pts/1" }],
    ["su", "FAILED su for root by claw", { kind: "login-failed", user: "claw" }],
    ["CRON", "(root) CMD (/tmp/x)", { kind: "cron", user: "root" }],
    ["crontab", "(claw) REPLACE (claw)", { kind: "cron", user: "claw" }],
    ["useradd", "new user: name=x, UID=1001, GID=1001", { kind: "account", user: "x" }],
    ["passwd", "pam_unix(passwd:chauthtok): password changed for claw", { kind: "account", user: "claw" }],
    ["systemd-logind", "System is powering down.", { kind: "shutdown" }],
    ["kernel", "evil: loading out-of-tree module taints kernel.", { kind: "kernel" }],
    ["kernel", "device eth0 entered promiscuous mode", { kind: "kernel" }],
    ["rsyslogd", '[origin software="rsyslogd"] exiting on signal 15.', { kind: "log" }],
    ["chronyd", "System clock wrong by 5000.1 seconds", { kind: "clock" }],
    ["systemd", "Started openclaw-gateway.service - OpenClaw Gateway.", { kind: "service" }],
    ["systemd", "Started other.service.", undefined],
    ["evil", "Accepted publickey for claw from 203.0.113.9 port 1 ssh2", undefined],
  ];
  for (const [program, message, told] of cases)
    it(`${program}: ${message.trim().slice(0, 60)}`, () => {
      if (told === undefined) expect(classify(program, message)).toBeUndefined();
      else expect(classify(program, message)).toEqual(told);
    });
});

describe("the journal", () => {
  const entry = {
    __REALTIME_TIMESTAMP: "1763633472000000",
    __CURSOR: "s=aa;i=1f;b=0123456789abcdef0123456789abcdef;m=1;t=2;x=3",
    SYSLOG_IDENTIFIER: "sshd",
    MESSAGE: "Failed password for root from 203.0.113.9 port 1 ssh2",
  };

  it("gives entries with a place that stays", () => {
    expect(parseJournalLine(JSON.stringify(entry), 1, false)).toMatchObject({
      kind: "login-failed",
      at: "2025-11-20T10:11:12.000Z",
      place: { path: "journal", locator: "i=1f;b=0123456789abcdef0123456789abcdef" },
    });
    expect(parseJournalLine("{", 7, false)).toMatchObject({
      kind: "unreadable",
      place: { locator: "entry 7" },
    });
    const other = JSON.stringify({ ...entry, SYSLOG_IDENTIFIER: "node", MESSAGE: [104, 105, 255] });
    expect(parseJournalLine(other, 1, false)).toBeUndefined();
    expect(parseJournalLine(other, 1, true)).toMatchObject({ kind: "service", text: "hi\ufffd" });
  });

  it("has fields of every shape", () => {
    expect(fieldText(null)).toBe("");
    expect(fieldText(["a", "b"])).toBe("a\nb");
    expect(fieldText([256])).toBe("");
    fc.assert(
      fc.property(fc.oneof(fc.json(), mutated(JSON.stringify(entry))), (line) => {
        parseJournalLine(line, 1, true);
        parseBoots(line);
      }),
    );
  });

  it("has boots, and holes inside them only", () => {
    const day = 86_400_000_000;
    const at = 1_763_600_000_000_000;
    const boots = parseBoots(
      JSON.stringify([
        { boot_id: "a", first_entry: at, last_entry: at + 5 * day },
        { boot_id: "b", first_entry: at + 9 * day, last_entry: at + 10 * day },
        { boot_id: "c", first_entry: at + 8 * day, last_entry: at + 12 * day },
        { boot_id: 3 },
      ]),
    );
    expect(boots.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(bootEvents(boots).map(({ kind }) => kind)).toEqual(["boot", "boot", "boot", "log"]);
    const time = (days: number): string => new Date((at + days * day) / 1000).toISOString();
    expect(holes([time(4), time(0), time(3.5), time(9)], boots)).toMatchObject([
      { kind: "log", at: time(0), until: time(3.5), text: "no entry for 84 hours while the machine ran" },
    ]);
  });
});

describe("the audit daemon's log", () => {
  const line =
    'type=USER_LOGIN msg=audit(1763633472.123:456): pid=1 uid=0 auid=1000 ses=1 msg=\'op=login acct="claw" exe="/usr/sbin/sshd" hostname=203.0.113.9 addr=203.0.113.9 terminal=ssh res=success\'';
  const place = { path: "/var/log/audit/audit.log", locator: "line 1" };

  it("tells of logins, commands and that it was turned off", () => {
    expect(parseAuditLine(line, place)).toMatchObject({
      kind: "login",
      at: "2025-11-20T10:11:12.123Z",
      user: "claw",
      from: "203.0.113.9",
    });
    expect(parseAuditLine(line.replace("success", "failed"), place)?.kind).toBe("login-failed");
    const command =
      "type=USER_CMD msg=audit(1763633472.123:457): auid=1000 msg='cwd=\"/\" cmd=2F62696E2F6C73 terminal=pts/0 res=success'";
    expect(parseAuditLine(command, place)).toMatchObject({
      kind: "sudo",
      text: "USER_CMD /bin/ls",
      user: "1000",
    });
    const off =
      "type=CONFIG_CHANGE msg=audit(1763633472.123:458): op=set audit_enabled=0 old=1 auid=1000 ses=1 res=1";
    expect(parseAuditLine(off, place)).toMatchObject({ kind: "log" });
    expect(parseAuditLine("type=EXECVE msg=audit(1763633472.123:459): argc=1", place)).toBeUndefined();
    expect(parseAuditLine("junk", place)?.kind).toBe("unreadable");
  });

  it("takes anything", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), mutated(line)), (text) => void parseAuditLine(text, place)));
  });

  const hex = (text: string): string => Buffer.from(text).toString("hex").toUpperCase();
  const of = (id: number, type: string, rest: string): string =>
    `type=${type} msg=audit(1763633472.123:${id}): ${rest}`;
  const syscall =
    'arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=2 auid=1000 uid=0 tty=pts0 ses=1 comm="curl" exe="/usr/bin/curl" key="exec"';
  const execve = [
    of(1, "SYSCALL", `${syscall}\x1dARCH=x86_64 AUID="claw"`),
    of(2, "SYSCALL", syscall.replace("yes", "no").replace("1000", "4294967295")),
    of(
      1,
      "EXECVE",
      `argc=4 a0="curl" a1="--token" a2=${hex("FAKE two words")} a3_len=8 a3[0]=${hex("http")}`,
    ),
    of(1, "EXECVE", `a3[1]=${hex("://x")}`),
    of(1, "CWD", 'cwd="/home/claw"'),
    of(1, "PATH", 'item=0 name="/usr/bin/curl" inode=1 nametype=NORMAL'),
    of(2, "PATH", `item=1 name=${hex("/etc/sudo ers")} nametype=CREATE`),
    of(2, "PROCTITLE", `proctitle=${hex(`vi\0/etc/x\0${"y".repeat(120)}`)}`),
    of(3, "EXECVE", 'argc=1 a0="ls"'),
    line,
  ].join("\n");
  const hide = (argv: readonly string[]): readonly string[] =>
    argv.map((word, i) => (argv[i - 1] === "--token" ? "[mark]" : word));

  it("joins what belongs to one command or file, whatever lies between", () => {
    const events = [...auditEvents(numbered(execve), place.path, hide)];
    expect(events).toEqual([
      expect.objectContaining({ kind: "login" }),
      {
        ...{ kind: "command", at: "2025-11-20T10:11:12.123Z", user: "1000", from: "pts0", program: "auditd" },
        text: "EXECVE curl --token [mark] http://x [exe /usr/bin/curl; key exec; in /home/claw; paths /usr/bin/curl]",
        place,
      },
      expect.objectContaining({
        ...{ kind: "file", user: "0" },
        text: "SYSCALL failed vi /etc/x … [exe /usr/bin/curl; key exec; paths /etc/sudo ers (create)]",
      }),
      expect.objectContaining({ kind: "command", text: "EXECVE ls" }),
    ]);
  });

  it("keeps within its limits what never ends", () => {
    const many = Array.from({ length: 5000 }, (_, i) => of(i, "EXECVE", `a0="x" a199="y" a9999="z"`));
    const long = Array.from({ length: 200 }, (_, i) => of(7, "EXECVE", `a1[${i}]=${hex("z".repeat(4000))}`));
    const events = [...auditEvents(numbered([...many, ...long].join("\n")), place.path, hide)];
    expect(events).toHaveLength(5001);
    for (const { text } of events) expect(text.length).toBeLessThanOrEqual(2000);
  });

  it("takes any lines for one event each at most, and throws for none", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated(execve)), (text) => {
        const lines = numbered(text);
        expect([...auditEvents(lines, place.path, hide)].length).toBeLessThanOrEqual(lines.length);
      }),
    );
  });
});

describe("logs of package managers", () => {
  const dpkg =
    "2026-11-20 10:11:12 install foo:amd64 <none> 1.0\n2026-11-20 10:11:13 status installed foo:amd64 1.0\n";
  const apt =
    "\nStart-Date: 2026-11-20  10:11:12\nCommandline: apt install foo\nRequested-By: claw (1000)\nInstall: foo:amd64 (1.0)\n";
  const npm =
    '0 verbose cli /usr/bin/node /usr/bin/npm\n5 verbose title npm install x\n6 verbose argv "install" "--global" "x"\n';

  it("tell what was installed and when", () => {
    expect([...parseDpkgLog(numbered(dpkg), "/d", utc)]).toMatchObject([
      { kind: "install", at: "2026-11-20T10:11:12.000Z", text: "install foo:amd64 – → 1.0" },
    ]);
    expect([...parseAptHistory(numbered(apt), "/a", utc)]).toMatchObject([
      { kind: "install", at: "2026-11-20T10:11:12.000Z", text: "apt install foo" },
    ]);
    expect([
      ...parseDnfLog(numbered("2026-11-20T10:11:12+0000 SUBDEBUG Installed: foo-1.0.x86_64"), "/d", utc),
    ]).toMatchObject([{ kind: "install", at: "2026-11-20T10:11:12.000Z" }]);
    expect([
      ...parsePacmanLog(numbered("[2026-11-20T10:11:12+0000] [ALPM] upgraded foo (1 -> 2)"), "/p", utc),
    ]).toMatchObject([{ kind: "upgrade", at: "2026-11-20T10:11:12.000Z" }]);
    const path = "/home/claw/.npm/_logs/2026-11-20T10_11_12_345Z-debug-0.log";
    expect([...parseNpmLog(numbered(npm), path, utc)]).toMatchObject([
      { kind: "install", at: "2026-11-20T10:11:12.345Z", text: "npm install --global x" },
    ]);
    expect([...parseNpmLog(numbered(npm.replace('"install"', '"run"')), path, utc)]).toEqual([]);
    expect([
      ...parsePipLog(numbered("2026-11-20T10:11:12,1 Successfully installed foo-1.0"), "/p", utc),
    ]).toMatchObject([{ kind: "install" }]);
  });

  it("take anything", () => {
    const parsers = [parseDpkgLog, parseAptHistory, parseDnfLog, parsePacmanLog, parseNpmLog, parsePipLog];
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated(dpkg), mutated(apt), mutated(npm)), (text) => {
        for (const parse of parsers)
          for (const event of parse(numbered(text), text, utc))
            expect(event.text.length).toBeLessThanOrEqual(2000);
      }),
    );
  });
});

describe("a flood of one kind", () => {
  it("hides none of the others, and its newest are kept", () => {
    const event = (kind: HostEvent["kind"], text: string): HostEvent => ({
      kind,
      text,
      place: { path: "/l" },
    });
    const flood = (of: string) =>
      Array.from({ length: 12_000 }, (_, i) => event("login-failed", `${of} ${i}`)).toSpliced(
        3,
        0,
        event("login", `in ${of}`),
      );
    const newest = keepNewest();
    newest.file(flood("new"));
    newest.file(flood("old"));
    newest.file(Array.from({ length: 300 }, (_, i) => event("unreadable", String(i))));
    const texts = newest.all().map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith("in "))).toEqual(["in new", "in old"]);
    expect(texts).toContain("new 11999");
    expect(texts).not.toContain("new 6999");
    expect(texts).not.toContain("old 11999");
    expect(newest.all()).toHaveLength(5000 + 2 + 200);
    expect(newest.reasons()).toEqual([
      "19000 older entries of kind login-failed were not kept",
      "100 older entries of kind unreadable were not kept",
    ]);
  });
});

describe("lines of a file", () => {
  it("are cut at 16 Ki characters, counted, and without the fragment of a cut file", () => {
    const bytes = Buffer.from(`half a line\nwhole\n\n${"x".repeat(100_000)}\nlast`);
    expect([...linesOf({ bytes, cut: true })].map(({ number, text }) => [number, text.length])).toEqual([
      [2, 5],
      [4, 16_384],
      [5, 4],
    ]);
    expect([...linesOf({ bytes: Buffer.alloc(0), cut: false })]).toEqual([]);
  });
});
