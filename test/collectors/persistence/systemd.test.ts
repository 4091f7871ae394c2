import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/case/redact/redactor.ts";
import { parseTmpfilesLine, oddTmpfiles } from "../../../src/collectors/persistence/systemd/tmpfiles-line.ts";
import {
  effective,
  parseUnitText,
  unitLines,
} from "../../../src/collectors/persistence/systemd/unit-file.ts";
import { anyText, itemsOf, named } from "./items.ts";

const redactor = createRedactor(new Uint8Array(32));

describe("unit files", () => {
  it("joins lines over comments, keeps quotes and specifiers, and knows what is no setting", () => {
    const text =
      "before=1\n[Service]\nExecStart=/bin/sh -c \\\n# a comment\n  'echo %h \\\\\\\\' ; true\n; c\nnonsense\n [Install]\nWantedBy = default.target\r\n";
    const { settings, unreadable } = parseUnitText(text);
    expect(settings.map(({ section, key, value, line }) => [section, key, value, line])).toEqual([
      ["Service", "ExecStart", "/bin/sh -c    'echo %h \\\\\\\\' ; true", 3],
      ["Install", "WantedBy", "default.target", 9],
    ]);
    expect(unreadable.map(({ line }) => line)).toEqual([1, 7]);
  });

  it("an empty value takes back what was set before, and is told", () => {
    const { settings } = parseUnitText(
      '[Service]\nExecStart=/a\nExecStart=\nExecStart=-/b\nEnvironment="LD_PRELOAD=/x.so" "TOKEN=FAKE two"\nUser=root\n[Timer]\nOnCalendar=daily\n',
    );
    expect(effective(settings).filter(({ key }) => key === "ExecStart")).toHaveLength(1);
    const { runs, sets, triggers } = unitLines(settings, redactor);
    expect(runs).toEqual(["ExecStart=-/b"]);
    expect(sets.slice(0, 2)).toEqual(["ExecStart=", "Environment=LD_PRELOAD=/x.so"]);
    expect(sets[2]).toMatch(/^Environment=TOKEN=fp:[0-9a-f]{12} \(8 characters\)$/);
    expect(triggers).toEqual(["OnCalendar=daily"]);
  });

  it("gives back every setting it is given", () => {
    const setting = fc.record({
      section: fc.stringMatching(/^[A-Z][a-z]{1,8}$/),
      key: fc.stringMatching(/^[A-Z][A-Za-z]{1,12}$/),
      value: fc.stringMatching(/^(?:[!-[\]-~](?:[ -[\]-~]{0,20}[!-[\]-~])?)?$/),
    });
    fc.assert(
      fc.property(fc.array(setting, { maxLength: 8 }), (given) => {
        const text = given.map(({ section, key, value }) => `[${section}]\n${key}=${value}\n`).join("\n");
        expect(
          parseUnitText(text).settings.map(({ section, key, value }) => ({ section, key, value })),
        ).toEqual(given);
      }),
    );
  });

  it("takes any bytes", () => {
    const parts = fc.array(fc.constantFrom("[Service]", "\n", "\\", "=", "ExecStart", "#", " ", "\0", '"'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          parts.map((one) => one.join("")),
        ),
        (text) => {
          const { settings } = parseUnitText(text);
          expect(effective(settings).every(({ value }) => value !== "")).toBe(true);
          unitLines(settings, redactor);
        },
      ),
    );
  });
});

const gateway = ".config/systemd/user/openclaw-gateway.service";

describe("units on a disk", () => {
  it("reads every folder of an account: units, drop-ins of the gateway, links, timers, what runs from /run", async () => {
    const reading = await itemsOf("systemd-user", {
      [`~/${gateway}`]:
        "[Service]\nExecStart=/usr/bin/openclaw gateway run\n[Install]\nWantedBy=default.target\n",
      [`~/${gateway}.d/10.conf`]: "[Service]\nExecStartPre=/opt/x\n",
      "~/.config/systemd/user/openclaw-.service.d/a.conf": "[Service]\nEnvironmentFile=/opt/e\n",
      "~/.config/systemd/user/service.d/all.conf": "[Service]\nEnvironment=NODE_OPTIONS=--require=/x.js\n",
      "~/.config/systemd/user/default.target.wants/openclaw-gateway.service": {
        link: `../openclaw-gateway.service`,
      },
      "~/.config/systemd/user/masked.service": { link: "/dev/null" },
      "~/.config/systemd/user.control/x.timer": "[Timer]\nOnBootSec=1\nUnit=y.service\n",
      "/run/user/1000/systemd/transient/run-1.service": "[Service]\nExecStart=/bin/sleep 9\n",
      "/home/max/.local/share/systemd/user/m.path": "[Path]\nPathChanged=/etc/passwd\n",
      "/etc/systemd/user/bad.service": "\0\nno\n",
    });
    expect(reading.outcome).toBe("ok");
    expect(named(reading, "openclaw-gateway.service")).toMatchObject({ user: "user", enabled: true });
    for (const dropIn of [
      "openclaw-gateway.service.d/10.conf",
      "openclaw-.service.d/a.conf",
      "service.d/all.conf",
    ])
      expect(named(reading, dropIn).odd).toEqual(["changes the gateway's own unit"]);
    expect(named(reading, "default.target.wants/openclaw-gateway.service")).toMatchObject({
      trigger: "default.target",
      sets: ["link to ../openclaw-gateway.service"],
    });
    expect(named(reading, "masked.service").enabled).toBe(false);
    expect(named(reading, "x.timer")).toMatchObject({ trigger: "OnBootSec=1", sets: ["Unit=y.service"] });
    expect(named(reading, "run-1.service").runs).toEqual(["ExecStart=/bin/sleep 9"]);
    expect(named(reading, "m.path")).toMatchObject({ user: "max", trigger: "PathChanged=/etc/passwd" });
    expect(reading.records.filter(({ kind }) => kind === "unreadable")).toHaveLength(2);
  });

  it("never follows a link out of the disk, and reads a folder once under two names", async () => {
    const reading = await itemsOf("systemd-system", {
      "/usr/lib/systemd/system/a.service": "[Service]\nExecStart=/a\n",
      "/lib": { link: "usr/lib" },
      "/etc/systemd/system/out.service": { link: "/../../../../etc/hostname" },
      "/etc/systemd/system/loop.service.d": { link: "loop.service.d" },
      "/etc/systemd/system.conf": "[Manager]\nDefaultEnvironment=LD_PRELOAD=/x.so\n",
    });
    expect(reading.records.map(({ name }) => name)).toEqual(["out.service", "a.service", "system.conf"]);
    expect(named(reading, "system.conf").sets).toEqual(["DefaultEnvironment=LD_PRELOAD=/x.so"]);
    expect(reading.reason).toContain("loop.service.d");
  });

  it("finds generators, sleep hooks, quadlets, lingering accounts and what tmpfiles plants", async () => {
    const files = {
      "/etc/systemd/system-generators/g": { content: "#!/bin/sh\n/tmp/x\n", mode: 0o755 },
      "/usr/lib/systemd/system-sleep/s": { content: "#!/bin/sh\ntrue\n", mode: 0o755 },
      "~/.config/containers/systemd/web/c.container":
        "[Container]\nImage=docker.io/x\nExec=sh -c y\nVolume=/:/host\n[Install]\nWantedBy=default.target\n",
      "/var/lib/systemd/linger/user": "",
      "/etc/tmpfiles.d/x.conf":
        "f+ /etc/cron.d/y 0644 root root - * * * * * root /tmp/z\nz /opt/b 4755 root\nd /run/x\n!\n",
    };
    expect((await itemsOf("systemd-programs", files)).records.map(({ name, runs }) => [name, runs])).toEqual([
      ["g", ["/tmp/x"]],
      ["s", ["true"]],
    ]);
    expect(named(await itemsOf("quadlets", files), "c.container")).toMatchObject({
      user: "user",
      runs: ["Exec=sh -c y"],
      sets: ["Image=docker.io/x", "Volume=/:/host"],
    });
    expect((await itemsOf("linger", files)).records).toMatchObject([{ user: "user", trigger: "boot" }]);
    expect((await itemsOf("tmpfiles", files)).records.map(({ name, odd }) => [name, odd])).toEqual([
      ["/etc/cron.d/y", ["writes to a place from which something is run or let in"]],
      ["/opt/b", ["makes a file that runs as its owner"]],
      ["!", []],
    ]);
  });
});

describe("lines of tmpfiles.d", () => {
  it("keeps the argument as written", () => {
    expect(parseTmpfilesLine('f "/a b" 0644 root - - one  "two"')).toEqual({
      type: "f",
      path: "/a b",
      mode: "0644",
      user: "root",
      argument: 'one  "two"',
    });
    expect(parseTmpfilesLine("f relative")).toBeUndefined();
  });

  it("takes any bytes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.string().map((text) => `f /${text}`),
        ),
        (text) => {
          const line = parseTmpfilesLine(text);
          if (line !== undefined) oddTmpfiles(line);
        },
      ),
    );
  });
});
