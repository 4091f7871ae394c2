import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { ProcessRecord } from "../../src/host/host.ts";
import {
  findInstallation,
  findServices,
  logPlaces,
  resolveTarget,
  serviceFiles,
} from "../../src/openclaw/index.ts";
import type { ServiceUnit } from "../../src/openclaw/index.ts";
import { settingsOf, spanMs } from "../../src/openclaw/units.ts";
import { fakeHost, fakeProcess, type FakeHost, type FakeHostOptions } from "../support/fake-host.ts";

let fake: FakeHost;
afterEach(() => fake.cleanup());
const uid = process.getuid?.() ?? 0;

async function services(
  options: FakeHostOptions,
  processes: readonly ProcessRecord[] = [],
  profile?: string,
): Promise<readonly ServiceUnit[]> {
  fake = await fakeHost({
    ...options,
    facts: { uid, ...options.facts },
    files: { "~/.openclaw/openclaw.json": "{}", ...options.files },
    onRun: (argv, given) => options.onRun?.(argv, given) ?? { code: null, missing: true },
  });
  const target = await resolveTarget(fake.host, profile === undefined ? {} : { profile });
  return findServices(fake.host, await findInstallation(fake.host, target), processes);
}
const unitFile = "~/.config/systemd/user/openclaw-gateway.service";
const unit =
  "[Unit]\nDescription=x\n[Service]\nExecStart=/usr/bin/openclaw gateway run\nRestart=always\nRestartSec=5\n[Install]\nRestartSec=99\n";

describe("a systemd user unit", () => {
  it("is read from its file where systemd cannot be asked", async () => {
    expect(await services({ files: { [unitFile]: unit } })).toEqual([
      {
        manager: "systemd-user",
        name: "openclaw-gateway.service",
        file: fake.path(unitFile),
        restartMs: 5000,
      },
    ]);
  });

  it("is asked about, and what systemd says counts", async () => {
    const found = await services({
      files: { [unitFile]: unit },
      onRun: (argv) =>
        argv[0] === "systemctl"
          ? { stdout: "LoadState=loaded\nActiveState=activating\nRestart=always\nRestartUSec=1min 500ms\n" }
          : undefined,
    });
    expect(found).toMatchObject([{ active: true, restartMs: 60_500 }]);
    expect(fake.ran.map((one) => one.argv.slice(0, 3))).toContainEqual(["systemctl", "--user", "show"]);
    expect(fake.ran.every((one) => one.options.timeoutMs <= 3000)).toBe(true);
  });

  it("is changed by its drop-ins, the last name last", async () => {
    const found = await services({
      files: {
        [unitFile]: unit,
        [`${unitFile}.d/10-a.conf`]: "[Service]\nRestartSec=1\n",
        [`${unitFile}.d/20-b.conf`]: "[Service]\nRestartSec=200ms\n",
        [`${unitFile}.d/30-c.txt`]: "[Service]\nRestartSec=7\n",
      },
    });
    expect(found).toMatchObject([{ restartMs: 200 }]);
  });

  it.each([
    ["systemd's own delay where none is set", "[Service]\nRestart=always\n", 100],
    ["no restart", "[Service]\nRestart=no\nRestartSec=5\n", 0],
    ["no restart by default", "[Service]\nRestartSec=5\n", 0],
    ["nonsense", "[Service]\nRestart=always\nRestartSec=soon\n", 100],
  ])("has %s", async (_name, text, ms) => {
    expect(await services({ files: { [unitFile]: text } })).toMatchObject([{ restartMs: ms }]);
  });

  it("goes by the profile, and by OPENCLAW_SYSTEMD_UNIT", async () => {
    const files = {
      "~/.openclaw-work/openclaw.json": "{}",
      "~/.config/systemd/user/openclaw-gateway-work.service": unit,
      "~/.config/systemd/user/mine.service": unit,
      [unitFile]: unit,
    };
    expect((await services({ files }, [], "work")).map((one) => one.name)).toEqual([
      "openclaw-gateway-work.service",
    ]);
    await fake.cleanup();
    const given = await services({ files, env: { OPENCLAW_SYSTEMD_UNIT: "mine" } });
    expect(given.map((one) => one.name)).toEqual(["mine.service", "openclaw-gateway.service"]);
    await fake.cleanup();
    const evil = await services({ files, env: { OPENCLAW_SYSTEMD_UNIT: "--force ../../x" } });
    expect(evil.map((one) => one.name)).toEqual(["openclaw-gateway.service"]);
  });

  it("of another name is found by the control group of the gateway it starts", async () => {
    const cgroup = "/user.slice/user-0.slice/user@0.service/app.slice/mybot.service";
    const gateway = fakeProcess({ pid: 5, comm: "openclaw-gatewa", argv: ["openclaw-gateway"], cgroup });
    const files = { "~/.config/systemd/user/mybot.service": unit };
    expect(await services({ files }, [gateway])).toMatchObject([{ name: "mybot.service", restartMs: 5000 }]);
    await fake.cleanup();
    const other = { "~/.config/systemd/user/mybot.service": unit.replace("openclaw", "something") };
    expect(await services({ files: other }, [gateway])).toEqual([]);
  });

  it("may be a FIFO or noise and stops nothing", async () => {
    expect(await services({ files: { [unitFile]: new Uint8Array([0, 255, 254, 10, 61]) } })).toMatchObject([
      { restartMs: 0 },
    ]);
  });
});

describe("a mounted file system", () => {
  it("shows system units, templates and launch agents, and nobody is asked", async () => {
    fake = await fakeHost({
      files: {
        "mnt/home/c/.openclaw/openclaw.json": "{}",
        "mnt/etc/systemd/system/openclaw@.service": unit,
        "mnt/etc/systemd/system/multi-user.target.wants/openclaw@c.service": { link: "../openclaw@.service" },
        "mnt/home/c/Library/LaunchAgents/ai.openclaw.gateway.plist":
          "<key>ThrottleInterval</key>\n<integer>3</integer>",
      },
    });
    const target = await resolveTarget(fake.host, { root: fake.path("mnt"), home: "/home/c" });
    const found = await findServices(fake.host, await findInstallation(fake.host, target));
    expect(found).toEqual([
      {
        manager: "systemd-system",
        name: "openclaw@c.service",
        file: fake.path("mnt/etc/systemd/system/openclaw@.service"),
        restartMs: 5000,
      },
      {
        manager: "launchd",
        name: "ai.openclaw.gateway",
        file: fake.path("mnt/home/c/Library/LaunchAgents/ai.openclaw.gateway.plist"),
        restartMs: 3000,
      },
    ]);
    expect(serviceFiles(found)).toHaveLength(2);
    expect(fake.ran).toEqual([]);
  });
});

describe("a container", () => {
  const id = "c".repeat(64);
  const inspected = (more: object): string =>
    JSON.stringify([
      {
        Id: id,
        Name: "/bot",
        Path: "node",
        Args: ["dist/index.js", "gateway"],
        Config: { Image: "me/openclaw:1" },
        HostConfig: { RestartPolicy: { Name: "unless-stopped" } },
        Mounts: [],
        ...more,
      },
    ]);
  const docker = (more: object): FakeHostOptions => ({
    onRun: (argv) =>
      argv[0] !== "docker"
        ? undefined
        : argv[1] === "ps"
          ? { stdout: `${id}\nnonsense\n` }
          : { stdout: inspected(more) },
  });

  it("is found by the control group of the gateway", async () => {
    const gateway = fakeProcess({
      pid: 5,
      comm: "openclaw-gatewa",
      argv: ["openclaw-gateway"],
      cgroup: `/system.slice/docker-${id}.scope`,
    });
    expect(await services(docker({}), [gateway])).toEqual([
      { manager: "docker", name: "bot", restartMs: 100, active: true },
    ]);
  });
  it("is found by the state it mounts", async () => {
    const found = await services({
      onRun: (argv) =>
        argv[0] !== "podman"
          ? undefined
          : argv[1] === "ps"
            ? { stdout: `${id}\n` }
            : {
                stdout: inspected({
                  Mounts: [{ Source: fake.path("~/.openclaw") }],
                  HostConfig: { RestartPolicy: { Name: "no" } },
                }),
              },
    });
    expect(found).toEqual([{ manager: "podman", name: "bot", restartMs: 0, active: true }]);
  });
  it("of somebody else's is left alone", async () => {
    expect(await services(docker({ Mounts: [{ Source: "/srv/other" }] }))).toEqual([]);
  });
  it("is not asked about where the gateway runs outside", async () => {
    const gateway = fakeProcess({ pid: 5, comm: "openclaw-gatewa", argv: ["openclaw-gateway"], cgroup: "/" });
    await services(docker({}), [gateway]);
    expect(fake.ran.filter((one) => one.argv[0] === "docker")).toEqual([]);
  });
  it("with a name that is an option is left alone", async () => {
    expect(await services(docker({ Name: "/--privileged", Mounts: [{ Source: "/home" }] }))).toEqual([]);
  });
});

describe("time spans", () => {
  it.each([
    ["5", 5000],
    ["100ms", 100],
    ["1min 30s", 90_000],
    ["2h", 7_200_000],
    ["1.5s", 1500],
    ["", undefined],
    ["soon", undefined],
    ["5 parsecs", undefined],
    ["-5", undefined],
  ])("%j", (text, ms) => expect(spanMs(text)).toBe(ms));
  it("never throw", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = spanMs(text);
        expect(ms === undefined || ms >= 0).toBe(true);
      }),
    );
  });
});

describe("unit settings", () => {
  it("belong to their section, and lines may go on", () => {
    expect(settingsOf("A=0\n[Service]\n# no\nA=1 \\\n  2\nB=\n[Install]\nA=3")).toEqual([
      { key: "A", value: "1  2", line: 5 },
      { key: "B", value: "", line: 6 },
    ]);
  });
});

describe("log places", () => {
  it("are the folders in /tmp of every version, the configured file, a Mac's and the state's own", async () => {
    fake = await fakeHost({
      files: {
        "mnt/home/c/.openclaw/openclaw.json": '{"logging":{"file":"/var/log/bot.log"}}',
        "mnt/home/c/.openclaw/logs/commands.log": "",
        "mnt/home/c/.openclaw/logs/readme.txt": "",
        "mnt/home/c/.openclaw/logs/config-audit.jsonl": "",
        "mnt/home/c/.openclaw/logs/stability/2026-11-20.json": "",
        "mnt/home/c/Library/Logs/openclaw/gateway.log": "",
        "mnt/tmp/clawdbot/clawdbot-2026-01-20.log": "",
        "mnt/tmp/openclaw-1001/openclaw-2026-11-21.log": "",
        "mnt/tmp/openclaw/openclaw-2026-11-20.log": "",
        "mnt/tmp/openclaw/openclaw-2026-11-20.log.1": "",
        "mnt/tmp/openclaw/openclaw-work-2026-11-20.log": "",
        "mnt/tmp/openclaw/evil.log": "",
        "mnt/var/log/bot.log": "",
      },
    });
    const target = await resolveTarget(fake.host, { root: fake.path("mnt"), home: "/home/c" });
    const found = await logPlaces(fake.host, await findInstallation(fake.host, target));
    expect(found.map((path) => target.toHost(path))).toEqual([
      "/home/c/.openclaw/logs/commands.log",
      "/home/c/.openclaw/logs/stability/2026-11-20.json",
      "/home/c/Library/Logs/openclaw/gateway.log",
      "/tmp/clawdbot/clawdbot-2026-01-20.log",
      "/tmp/openclaw-1001/openclaw-2026-11-21.log",
      "/tmp/openclaw/openclaw-2026-11-20.log",
      "/tmp/openclaw/openclaw-2026-11-20.log.1",
      "/tmp/openclaw/openclaw-work-2026-11-20.log",
      "/var/log/bot.log",
    ]);
  });

  it("of a copied state are those in the copy: this machine wrote the others", async () => {
    fake = await fakeHost({
      files: { "~/Library/Logs/openclaw/gateway.log": "", "copy/logs/gateway.log": "" },
    });
    const copied = { ...(await resolveTarget(fake.host)), live: false, stateDir: fake.path("copy") };
    const found = await logPlaces(fake.host, await findInstallation(fake.host, copied));
    expect(found).toEqual([fake.path("copy/logs/gateway.log")]);
  });
});
