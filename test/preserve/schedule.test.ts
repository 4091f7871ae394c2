/** Units, crontab lines and launch agents: as they stand, as their own programs read them, put in place and taken away. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { RunResult } from "../../src/host/host.ts";
import {
  checkJob,
  chooseScheduler,
  installedSchedules,
  type Job,
  type SchedulerId,
  uninstallSchedule,
  whenOf,
  whenText,
} from "../../src/preserve/schedule/index.ts";
import { crontabProgram, launchctlProgram, systemctlProgram } from "../support/schedule-stand-ins.ts";
import { fakeHost, notInstalled, type FakeHost } from "../support/fake-host.ts";

const made: FakeHost[] = [];
afterEach(async () => {
  for (const fake of made.splice(0)) await fake.cleanup();
});

/** With every character that some format treats in its own way. */
const awkward = `/srv/my "keys"/50% of $HOME\\it's <&>.asc`;

function job(more: Partial<Job> = {}): Job {
  return {
    name: "claw-ir-backup",
    description: "claw-ir backup, every day at 03:30",
    argv: ["/usr/bin/node", "/opt/claw-ir/bin/claw-ir.js", "backup", "create", "--scheduled"],
    env: { PATH: "/usr/bin:/bin" },
    when: { every: "day", hour: 3, minute: 30 },
    writable: ["/home/user/.claw-ir", "/home/user/.openclaw"],
    undo: "claw-ir backup schedule --uninstall",
    ...more,
  };
}
const awkwardJob = job({
  argv: ["/opt/my node/node", "/opt/claw-ir/bin/claw-ir.js", "--recipient", awkward],
  env: { PATH: "/usr/bin:/bin", OPENCLAW_STATE_DIR: awkward },
  writable: ["/srv/my disk/50%"],
});

type Programs = Readonly<Record<string, (args: readonly string[], input: string) => Partial<RunResult>>>;

async function host(programs: Programs, platform: "linux" | "darwin" = "linux"): Promise<FakeHost> {
  const fake = await fakeHost({
    facts: { platform },
    onRun: ([name, ...args], { input }) => {
      const program = programs[name];
      return program === undefined ? notInstalled : program(args, typeof input === "string" ? input : "");
    },
  });
  made.push(fake);
  return fake;
}

async function with_(fake: FakeHost, id: SchedulerId): Promise<Awaited<ReturnType<typeof chooseScheduler>>> {
  return chooseScheduler(fake.host, id);
}

describe("times", () => {
  it.each([
    [{ daily: "03:30" }, "every day at 03:30"],
    [{ daily: "3:05" }, "every day at 03:05"],
    [{ weekly: ["Sun", "04:00"] }, "every week on Sun at 04:00"],
    [{ weekly: ["wednesday 23:59"] }, "every week on Wed at 23:59"],
    [{ hourly: true as const }, "every hour at minute 7"],
  ])("%j", (options, text) => {
    const when = whenOf(options);
    expect(when === undefined ? "" : whenText(when)).toBe(text);
  });

  it.each([
    { daily: "24:00" },
    { daily: "0330" },
    { daily: "03:60" },
    { daily: "" },
    { weekly: ["Sun"] },
    { weekly: ["Sunny", "04:00"] },
    { weekly: ["Sun", "04:00", "05:00"] },
    { daily: "03:30", hourly: true as const },
  ])("%j is wrong usage", (options) => {
    expect(() => whenOf(options)).toThrow(expect.objectContaining({ exit: "usage", code: "bad-time" }));
  });

  it("none was given", () => {
    expect(whenOf({})).toBeUndefined();
  });
});

describe.each(["systemd", "cron", "launchd"] as const)("%s", (id) => {
  it("renders as it did", async () => {
    const fake = await host({}, id === "launchd" ? "darwin" : "linux");
    const scheduler = await with_(fake, id);
    const shown: string[] = [];
    for (const one of [job(), awkwardJob, job({ when: { every: "week", day: "Sun", hour: 4, minute: 0 } })]) {
      const { files, commands } = await scheduler.plan(fake.host, one);
      shown.push(
        ...files.map(({ path, text }) => `==> ${path}\n${text}`),
        ...commands.map((line) => `$ ${line}`),
      );
    }
    const text = `${shown.join("\n")}\n`.replaceAll(fake.home, "/home/user");
    await expect(text).toMatchFileSnapshot(`../golden/schedule/${id}.txt`);
  });

  it("refuses what no format can hold", () => {
    for (const bad of ["a\nb", "a\u0000b", "a\u001bb"]) {
      expect(() => checkJob(job({ argv: ["/usr/bin/node", bad] }))).toThrow(
        expect.objectContaining({ code: "cannot-be-scheduled" }),
      );
    }
  });
});

const systemdAnalyze = spawnSync("systemd-analyze", ["--version"]).status === 0;
const xmllint = spawnSync("xmllint", ["--version"]).status === 0;

describe("the programs that read them", () => {
  it.runIf(systemdAnalyze)(
    "systemd finds nothing to say about the units, and the calendar means what it says",
    async () => {
      const fake = await host({});
      const scheduler = await with_(fake, "systemd");
      const folder = await mkdtemp(join(tmpdir(), "claw-ir-units-"));
      try {
        for (const [index, one] of [
          job({ argv: ["/bin/true", awkward] }),
          job({ argv: ["/bin/true"], env: { A: awkward } }),
        ].entries()) {
          const named = { ...one, name: `claw-ir-check-${index}` };
          const { files } = await scheduler.plan(fake.host, named);
          for (const { path, text } of files) await writeFile(join(folder, path.split("/").at(-1)!), text);
        }
        const units = (await readdir(folder)).map((name) => join(folder, name));
        const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--user", "--man=no", ...units], {
          encoding: "utf8",
          env: { PATH: process.env["PATH"], XDG_RUNTIME_DIR: folder, HOME: folder },
        });
        expect(stderr.split("\n").filter((line) => line.includes("claw-ir-check"))).toEqual([]);
        expect(status).toBe(0);
        const calendar = spawnSync("systemd-analyze", ["calendar", "Sun *-*-* 04:00:00"], {
          encoding: "utf8",
        });
        expect(calendar.stdout).toContain("Normalized form: Sun *-*-* 04:00:00");
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );

  it.runIf(xmllint)("the launch agent is XML, and its strings are the ones that went in", async () => {
    const fake = await host({}, "darwin");
    const { files } = await (await with_(fake, "launchd")).plan(fake.host, awkwardJob);
    const xpath = "//key[text()='ProgramArguments']/following-sibling::array[1]/string[last()]/text()";
    const { status, stdout } = spawnSync(
      "xmllint",
      ["--nonet", "--noout", "--xpath", `string(${xpath})`, "-"],
      {
        input: files[0]!.text,
        encoding: "utf8",
      },
    );
    expect({ status, stdout: stdout.replace(/\n$/, "") }).toEqual({ status: 0, stdout: awkward });
  });

  it("a shell gets from the crontab line the words that went in, as cron hands them over", async () => {
    const fake = await host({});
    const echo = job({ argv: ["/bin/echo", awkward], env: { A: awkward } });
    const { files } = await (await with_(fake, "cron")).plan(fake.host, echo);
    const line = files[0]!.text.split("\n").find((one) => one.startsWith("30 3"))!;
    // crontab(5): \% becomes %, and a bare % would end the command.
    const command = line.replace("30 3 * * * ", "").replace(" >/dev/null", "");
    expect(command.replaceAll("\\%", "")).not.toContain("%");
    const { stdout } = spawnSync("/bin/sh", ["-c", command.replaceAll("\\%", "%")], { encoding: "utf8" });
    expect(stdout).toBe(`${awkward}\n`);
  });
});

describe("cron in the crontab of somebody", () => {
  const others = "MAILTO=me@example.org\r\n# my own\n0 5 * * * /usr/bin/true # 100\\%\n\n@reboot /bin/other";

  it.each([
    ["none yet", undefined],
    ["empty", ""],
    ["with carriage returns, comments and no newline at the end", others],
  ])("installs, installs again, takes away: %s", async (_what, before) => {
    const crontab = crontabProgram(before);
    const fake = await host({ crontab: crontab.run });
    const cron = await with_(fake, "cron");
    await cron.install(fake.host, job());
    await cron.install(fake.host, job({ when: { every: "hour", minute: 7 } }));
    const text = crontab.text() ?? "";
    expect(text.startsWith(before ?? "")).toBe(true);
    expect(text.split("\n").filter((line) => line.includes("claw-ir.js"))).toHaveLength(1);
    expect(text).toContain("\n7 * * * * umask 077; PATH=/usr/bin:/bin /usr/bin/node");
    expect(text.endsWith("# END claw-ir schedule: claw-ir-backup\n")).toBe(true);
    expect(await cron.installed(fake.host, "claw-ir-backup")).toBe("crontab line, 7 * * * *");
    expect(await cron.uninstall(fake.host, "claw-ir-backup")).toHaveLength(1);
    const left = (before ?? "") === "" ? undefined : `${before}\n`;
    expect(crontab.text()).toBe(left);
    expect(await cron.uninstall(fake.host, "claw-ir-backup")).toEqual([]);
  });

  it("two jobs stand beside each other, and each goes alone", async () => {
    const crontab = crontabProgram("0 5 * * * /bin/true\n");
    const fake = await host({ crontab: crontab.run });
    const cron = await with_(fake, "cron");
    await cron.install(fake.host, job());
    await cron.install(fake.host, job({ name: "claw-ir-drill" }));
    await cron.uninstall(fake.host, "claw-ir-backup");
    expect(await cron.installed(fake.host, "claw-ir-drill")).toBeDefined();
    expect(await cron.installed(fake.host, "claw-ir-backup")).toBeUndefined();
    expect(crontab.text()).toContain("0 5 * * * /bin/true\n");
  });

  it.each([
    [
      "a beginning without an end",
      "# BEGIN claw-ir schedule: claw-ir-backup\n0 5 * * * /bin/mine\n",
      "not-ours",
    ],
    ["bytes that are no UTF-8", "0 5 * * * /bin/caf\uFFFD\n", "schedule-failed"],
  ])("leaves it alone where it would lose something: %s", async (_what, before, code) => {
    const crontab = crontabProgram(before);
    const fake = await host({ crontab: crontab.run });
    const cron = await with_(fake, "cron");
    await expect(cron.install(fake.host, job())).rejects.toMatchObject({ code });
    await expect(cron.uninstall(fake.host, "claw-ir-backup")).rejects.toMatchObject({ code });
    expect(crontab.text()).toBe(before);
  });

  it("says when crontab keeps the old one", async () => {
    const fake = await host({ crontab: (args) => ({ stdout: args[0] === "-l" ? "# old\n" : "" }) });
    await expect((await with_(fake, "cron")).install(fake.host, job())).rejects.toMatchObject({
      code: "schedule-failed",
    });
  });

  it("refuses a command that cron would cut off", async () => {
    const fake = await host({ crontab: crontabProgram("").run });
    const long = job({ argv: ["/usr/bin/node", "x".repeat(1000)] });
    await expect((await with_(fake, "cron")).install(fake.host, long)).rejects.toMatchObject({
      code: "cannot-be-scheduled",
    });
  });
});

describe("systemd user units", () => {
  it("are written, enabled and started; a second time they are replaced; then they are gone", async () => {
    const systemctl = systemctlProgram();
    const fake = await host({ systemctl: systemctl.run });
    const systemd = await with_(fake, "systemd");
    await systemd.install(fake.host, job());
    await systemd.install(fake.host, job({ when: { every: "hour", minute: 7 } }));
    expect(systemctl.active("claw-ir-backup.timer")).toBe(true);
    expect(await readFile(fake.path("~/.config/systemd/user/claw-ir-backup.timer"), "utf8")).toContain(
      "OnCalendar=*-*-* *:07:00\n",
    );
    expect(await systemd.installed(fake.host, "claw-ir-backup")).toBe(
      "systemd timer claw-ir-backup.timer, *-*-* *:07:00",
    );
    expect(await systemd.uninstall(fake.host, "claw-ir-backup")).toHaveLength(2);
    expect(systemctl.active("claw-ir-backup.timer")).toBe(false);
    expect(await readdir(fake.path("~/.config/systemd/user"))).toEqual([]);
    expect(await systemd.uninstall(fake.host, "claw-ir-backup")).toEqual([]);
  });

  it("a unit of somebody else is neither replaced nor removed", async () => {
    const fake = await host({ systemctl: systemctlProgram().run });
    const path = await fake.put(
      "~/.config/systemd/user/claw-ir-backup.service",
      "[Service]\nExecStart=/bin/mine\n",
    );
    const systemd = await with_(fake, "systemd");
    await expect(systemd.install(fake.host, job())).rejects.toMatchObject({ code: "not-ours" });
    await expect(systemd.uninstall(fake.host, "claw-ir-backup")).rejects.toMatchObject({ code: "not-ours" });
    expect(await readFile(path, "utf8")).toContain("/bin/mine");
    expect(await readdir(fake.path("~/.config/systemd/user"))).toEqual(["claw-ir-backup.service"]);
  });

  it("says what lingering is for, unless the user lingers", async () => {
    for (const [stdout, notes] of [
      ["no\n", ["so that it also runs while nobody is logged in: loginctl enable-linger user"]],
      ["yes\n", []],
    ] as const) {
      const fake = await host({ loginctl: () => ({ stdout }) });
      expect((await (await with_(fake, "systemd")).plan(fake.host, job())).notes).toEqual(notes);
    }
  });

  it("a manager that refuses is an error with its words", async () => {
    const fake = await host({ systemctl: () => ({ code: 1, stderr: "Failed to connect to bus\n" }) });
    await expect((await with_(fake, "systemd")).install(fake.host, job())).rejects.toThrow(
      /Failed to connect to bus/,
    );
  });
});

describe("launch agents", () => {
  it("are loaded, replaced, unloaded and removed", async () => {
    const launchctl = launchctlProgram();
    const fake = await host({ launchctl: launchctl.run }, "darwin");
    const launchd = await with_(fake, "launchd");
    await launchd.install(fake.host, job());
    await launchd.install(fake.host, job());
    expect(launchctl.loaded()).toEqual(["org.claw-ir.backup"]);
    expect(await launchd.installed(fake.host, "claw-ir-backup")).toBe("launch agent org.claw-ir.backup");
    expect(await launchd.uninstall(fake.host, "claw-ir-backup")).toEqual([
      join(fake.home, "Library/LaunchAgents/org.claw-ir.backup.plist"),
    ]);
    expect(launchctl.loaded()).toEqual([]);
    expect(await launchd.uninstall(fake.host, "claw-ir-backup")).toEqual([]);
  });
});

describe("which one", () => {
  it("systemd where its user manager answers, else cron, else an error that says so", async () => {
    const both = await host({ systemctl: systemctlProgram().run, crontab: crontabProgram("").run });
    expect((await chooseScheduler(both.host, undefined)).id).toBe("systemd");
    const silent = await host({
      systemctl: () => ({ code: 1, stderr: "Failed to connect to bus" }),
      crontab: crontabProgram("").run,
    });
    expect((await chooseScheduler(silent.host, undefined)).id).toBe("cron");
    const mac = await host({ crontab: crontabProgram("").run }, "darwin");
    expect((await chooseScheduler(mac.host, undefined)).id).toBe("launchd");
    const bare = await host({});
    await expect(chooseScheduler(bare.host, undefined)).rejects.toMatchObject({ code: "no-scheduler" });
  });

  it("what is installed is found and taken away wherever it is", async () => {
    const crontab = crontabProgram("");
    const fake = await host({ systemctl: systemctlProgram().run, crontab: crontab.run });
    await (await with_(fake, "systemd")).install(fake.host, job());
    await (await with_(fake, "cron")).install(fake.host, job());
    expect((await installedSchedules(fake.host, "claw-ir-backup")).map((one) => one.with)).toEqual([
      "systemd",
      "cron",
    ]);
    const { removed, problems } = await uninstallSchedule(fake.host, "claw-ir-backup", undefined);
    expect({ removed: removed.length, problems }).toEqual({ removed: 3, problems: [] });
    expect(await installedSchedules(fake.host, "claw-ir-backup")).toEqual([]);
  });
});
