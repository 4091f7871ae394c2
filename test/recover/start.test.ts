import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startGateway } from "../../src/recover/index.ts";
import type { StartProof, StartRequest } from "../../src/recover/index.ts";
import type { HttpResult, ProcessRecord } from "../../src/host/host.ts";
import type { GatewayLocation, HowItRan, StoppedService } from "../../src/openclaw/types.ts";
import {
  type FakeFile,
  fakeHost,
  type FakeHost,
  type FakeHostOptions,
  fakeProcess,
  fakeSocket,
  notInstalled,
} from "../support/fake-host.ts";

const port = 18_789;
const uid = process.getuid?.() ?? 0;
const script: FakeFile = { content: "#!/usr/bin/env node\n", mode: 0o755 };
let open: FakeHost | undefined;
afterEach(async () => {
  await open?.cleanup();
  open = undefined;
});

const answer = (status: number, body: unknown): HttpResult => ({
  ok: true,
  status,
  headers: {},
  body: JSON.stringify(body),
});
const refused: HttpResult = { ok: false, reason: "refused", detail: "ECONNREFUSED" };
const ready = answer(200, { ready: true, failing: [] });

interface Story extends FakeHostOptions {
  readonly request?: (fake: FakeHost) => Partial<StartRequest>;
  /** From `startedAt` on, in milliseconds; default: ready after 5 s. */
  readonly health?: (ms: number, fake: FakeHost) => HttpResult;
  /** The gateway that is there from the start, or from a service's start. */
  readonly main?: ProcessRecord;
  readonly profile?: string;
}

interface Told {
  readonly fake: FakeHost;
  readonly proof: StartProof;
  readonly order: readonly string[];
  readonly said: readonly string[];
}

/** A spawned process is pid 700 and is located as soon as it listens. */
async function tell(story: Story = {}): Promise<Told> {
  const { request, health, main, profile, ...options } = story;
  const order: string[] = [];
  const said: string[] = [];
  const fake = await fakeHost({
    facts: { uid, user: "user", env: {} },
    ports: { [port]: false, 19_999: false },
    onSpawn: () => {
      open!.processes.push(fakeProcess({ pid: 700, ppid: 4242, uid, comm: "openclaw" }));
      return { pid: 700 };
    },
    http: () => (health ?? ((ms) => (ms < 5_000 ? refused : ready)))(open!.host.clock.monotonic(), open!),
    ...options,
    onRun: async (argv, given) => {
      order.push(argv.join(" "));
      return options.onRun?.(argv, given);
    },
  });
  open = fake;
  const target = {
    live: true,
    root: "/",
    home: fake.home,
    stateDir: fake.path(profile === undefined ? "~/.openclaw" : `~/.openclaw-${profile}`),
    configPath: fake.path(
      profile === undefined ? "~/.openclaw/openclaw.json" : `~/.openclaw-${profile}/openclaw.json`,
    ),
    ...(profile === undefined ? {} : { profile }),
    toHost: (path: string) => path,
    toReal: (path: string) => path,
  };
  const locate = async (): Promise<GatewayLocation> => {
    const found = main ?? fake.processes.find(({ pid }) => pid === 700);
    const running = found !== undefined && fake.processes.some(({ pid }) => pid === found.pid);
    return {
      state: running ? "running" : "down",
      processes: running ? [found] : [],
      children: [],
      port,
      portOpen: running,
      services: [],
      evidence: [],
      warnings: [],
    };
  };
  const proof = await startGateway(fake.host, {
    installation: {
      target,
      gatewayPort: port,
      gatewayBind: "loopback",
      config: { outcome: "ok", path: target.configPath, value: {}, files: [] },
    },
    stoppedServices: [],
    logFile: fake.path("~/case/gateway.log"),
    locate,
    journal: async (what) => void order.push(`journal ${what}`),
    say: (text) => void said.push(text),
    ...request?.(fake),
  });
  return { fake, proof, order, said };
}

function ran(fake: FakeHost, more: Partial<HowItRan> = {}): HowItRan {
  return { pid: 500, uid, argv: ["openclaw-gateway"], port, env: {}, envNames: [], cwd: fake.home, ...more };
}

describe("a gateway in the foreground", () => {
  it("is started as the package that ran, with the node that ran, and proven ready", async () => {
    const { proof, fake, order, said } = await tell({
      files: { "~/lib/openclaw/openclaw.mjs": script, "~/lib/node/bin/node": script },
      request: (host) => ({
        howItRan: ran(host, {
          packageDir: host.path("~/lib/openclaw"),
          exe: host.path("~/lib/node/bin/node"),
        }),
      }),
    });
    expect(proof).toMatchObject({ state: "ready", pid: 700, warnings: [] });
    expect(proof.readyMs).toBeGreaterThanOrEqual(5_000);
    expect(proof.readyMs).toBeLessThan(6_000);
    const node = fake.path("~/lib/node/bin/node");
    expect(fake.spawned).toHaveLength(1);
    expect(fake.spawned[0]?.argv).toEqual([node, fake.path("~/lib/openclaw/openclaw.mjs"), "gateway", "run"]);
    expect(fake.spawned[0]?.options).toMatchObject({
      cwd: fake.home,
      logFile: fake.path("~/case/gateway.log"),
    });
    const env = fake.spawned[0]?.options.env ?? {};
    expect(Object.keys(env).sort()).toEqual(["HOME", "PATH"]);
    expect(env["PATH"]?.split(":")[0]).toBe(fake.path("~/lib/node/bin"));
    expect(order).toEqual(["journal start", "journal started", "journal start-proof"]);
    expect(said[0]).toContain("the package that ran before the stop");
    expect(fake.sent.every(({ url }) => url === `http://127.0.0.1:${port}/readyz`)).toBe(true);
  });

  it("passes on where the state is, and nothing an intruder may have put into the environment", async () => {
    const { proof, fake } = await tell({
      files: { "~/bin/openclaw": script },
      request: (host) => ({
        howItRan: ran(host, {
          port: 19_999,
          env: {
            PATH: host.path("~/bin"),
            OPENCLAW_STATE_DIR: "/elsewhere",
            TZ: "Europe/Berlin",
            NODE_OPTIONS: "--require /tmp/x.js",
          },
          envNames: ["PATH", "OPENCLAW_STATE_DIR", "NODE_OPTIONS", "ANTHROPIC_API_KEY", "SHELL"],
        }),
      }),
    });
    expect(proof.state).toBe("ready");
    expect(fake.spawned[0]?.argv).toEqual([fake.path("~/bin/openclaw"), "gateway", "run", "--port", "19999"]);
    const env = fake.spawned[0]?.options.env ?? {};
    expect(env).toMatchObject({
      HOME: fake.home,
      TZ: "Europe/Berlin",
      OPENCLAW_STATE_DIR: fake.path("~/.openclaw"),
    });
    expect(Object.keys(env)).not.toContain("NODE_OPTIONS");
    expect(proof.warnings.join()).toContain("NODE_OPTIONS, ANTHROPIC_API_KEY");
    expect(proof.warnings.join()).not.toContain("SHELL");
  });

  it("of a profile is started with it", async () => {
    const { fake } = await tell({ files: { "~/.local/bin/openclaw": script }, profile: "work" });
    expect(fake.spawned[0]?.argv.slice(1)).toEqual(["--profile", "work", "gateway", "run"]);
    expect(fake.spawned[0]?.options.env["OPENCLAW_STATE_DIR"]).toBeUndefined();
  });

  it("is not started from a program that anyone may rewrite, or that lies in the state", async () => {
    const { proof, fake } = await tell({
      files: {
        "~/open/openclaw": { content: "", mode: 0o777 },
        "~/.openclaw/bin/openclaw": script,
      },
      request: (host) => ({ howItRan: ran(host, { env: { PATH: host.path("~/open") } }) }),
    });
    expect(proof.state).toBe("no-way");
    expect(proof.reason).toContain("anyone on this host may replace it");
    expect(proof.reason).toContain("it lies in the suspect state");
    expect(proof.reason).toContain("Start it by hand: openclaw gateway run");
    expect(fake.spawned).toEqual([]);
  });

  describe("that only a wrapper in the suspect state names", () => {
    const files = (root: string): Record<string, FakeFile> => ({
      "~/x/node": script,
      "~/x/openclaw.mjs": script,
      wrapper: root,
    });
    const wrapper = async (fake: FakeHost, text?: string): Promise<void> => {
      const line = `exec ${fake.path("~/x/node")} ${fake.path("~/x/openclaw.mjs")} "$@"`;
      await fake.put("~/.openclaw/tmp/agent-cli/openclaw", text ?? `#!/bin/sh\nset -eu\n\n${line}\n`);
    };

    it.each([
      ["nobody is asked", undefined, "no-way"],
      ["the user says no", false, "no-way"],
      ["the user says yes", true, "ready"],
    ] as const)("is told, and started only on a yes: %s", async (_title, says, state) => {
      const asked: string[] = [];
      const { proof, fake } = await tell({
        files: files(""),
        request: (host) => ({
          locate: async () => {
            if (host.spawned.length === 0) await wrapper(host);
            const found = host.processes.filter(({ pid }) => pid === 700);
            const running = found.length > 0 ? "running" : "down";
            return {
              state: running,
              processes: found,
              children: [],
              port,
              portOpen: true,
              services: [],
              evidence: [],
              warnings: [],
            };
          },
          ...(says === undefined
            ? {}
            : {
                trust: async (program) => {
                  asked.push(program.argv.join(" "));
                  return says;
                },
              }),
        }),
      });
      expect(proof.state).toBe(state);
      expect(asked).toEqual(
        says === undefined ? [] : [`${fake.path("~/x/node")} ${fake.path("~/x/openclaw.mjs")}`],
      );
      if (state === "no-way") expect(proof.reason).toContain("named only in the suspect state");
      expect(fake.spawned).toHaveLength(state === "ready" ? 1 : 0);
    });

    it.each([
      ['exec /bin/sh -c "curl evil" "$@"'],
      ['exec $(id) /x "$@"'],
      ['exec /x/node; rm -rf / "$@"'],
      ['exec node openclaw "$@"'],
    ])("is not understood when it is more than two paths: %s", async (line) => {
      const { proof, fake } = await tell({
        request: (host) => ({
          trust: async () => true,
          locate: async () => {
            await wrapper(host, `#!/bin/sh\n${line}\n`);
            return {
              state: "down",
              processes: [],
              children: [],
              port,
              portOpen: false,
              services: [],
              evidence: [],
              warnings: [],
            };
          },
        }),
      });
      expect(proof.state).toBe("no-way");
      expect(fake.spawned).toEqual([]);
    });
  });

  it("that the user named is taken, and nothing else is tried", async () => {
    const files = { "~/mine/openclaw": script, "~/.local/bin/openclaw": script };
    const named = await tell({ files, request: (host) => ({ openclaw: host.path("~/mine/openclaw") }) });
    expect(named.fake.spawned[0]?.argv[0]).toBe(named.fake.path("~/mine/openclaw"));
    await named.fake.cleanup();
    const absent = await tell({ files, request: (host) => ({ openclaw: host.path("~/none/openclaw") }) });
    expect(absent.proof).toMatchObject({ state: "no-way" });
    expect(absent.proof.reason).toContain("does not exist");
  });

  it("of another user is left to that user", async () => {
    const { proof, fake } = await tell({
      files: { "~/.local/bin/openclaw": script },
      request: (host) => ({ howItRan: ran(host, { uid: uid + 1, user: "alice" }) }),
    });
    expect(proof).toMatchObject({ state: "no-way" });
    expect(proof.reason).toBe("it belongs to alice: as that user, run openclaw gateway run");
    expect(fake.spawned).toEqual([]);
  });

  it("that dies is reported at once, with its last words", async () => {
    const { proof, fake } = await tell({
      files: {
        "~/.local/bin/openclaw": script,
        "~/case/gateway.log": "starting\nconfig invalid: \u001b[31mgateway.bind\n",
      },
      onSpawn: () => ({ pid: 700 }),
    });
    expect(proof.state).toBe("failed");
    expect(proof.reason).toContain("starting / config invalid: \\u{1b}[31mgateway.bind");
    expect(proof.reason).toContain(join(fake.home, "case", "gateway.log"));
    expect(fake.host.clock.monotonic()).toBeLessThan(2_000);
  });

  it("that never gets ready is told after ten minutes, with what is failing", async () => {
    const { proof, said } = await tell({
      files: { "~/.local/bin/openclaw": script },
      health: () => answer(503, { ready: false, failing: ["channels", "\u001b[2J"] }),
    });
    expect(proof).toMatchObject({ state: "started-not-ready", pid: 700 });
    expect(proof.reason).toContain("failing: channels, \\u{1b}[2J (after 10 min 0 s)");
    expect(said.some((text) => text.startsWith("Waiting for the gateway"))).toBe(true);
  });

  it.each([
    ["a web page", { ok: true, status: 200, headers: {}, body: "<!doctype html>" } as const],
    ["200 without the word", answer(200, { ok: true })],
  ])("is not called ready by %s", async (_title, result) => {
    const { proof } = await tell({ files: { "~/.local/bin/openclaw": script }, health: () => result });
    expect(proof.state).toBe("started-not-ready");
    expect(proof.reason).toContain("whether it is ready cannot be told");
  });

  it("is not called ready when the one that answers is another", async () => {
    const other = fakeProcess({ pid: 800, uid, comm: "openclaw-gatewa" });
    const { proof } = await tell({
      files: { "~/.local/bin/openclaw": script },
      main: other,
      onSpawn: () => {
        open!.processes.push(fakeProcess({ pid: 700, uid }), other);
        return { pid: 700 };
      },
    });
    expect(proof).toMatchObject({ state: "started-not-ready", pid: 800 });
    expect(proof.reason).toContain("not the one started here (pid 700)");
  });

  it("is not called ready when another process holds the port", async () => {
    const { proof } = await tell({
      files: { "~/.local/bin/openclaw": script },
      onSpawn: () => {
        open!.processes.push(fakeProcess({ pid: 700, uid }));
        open!.sockets.push(fakeSocket({ localPort: port, pids: [666] }));
        return { pid: 700 };
      },
    });
    expect(proof.state).toBe("started-not-ready");
    expect(proof.reason).toContain(`port ${port} is answered by pid 666`);
  });

  it("is not started beside another program on its port", async () => {
    const { proof, fake } = await tell({
      files: { "~/.local/bin/openclaw": script },
      processes: [fakeProcess({ pid: 666, comm: "nc" })],
      sockets: [fakeSocket({ localPort: port, pids: [666] })],
    });
    expect(proof).toMatchObject({ state: "failed" });
    expect(proof.reason).toContain(`port ${port} is held by nc (pid 666)`);
    expect(fake.spawned).toEqual([]);
  });

  it("that runs already is not started a second time", async () => {
    const main = fakeProcess({ pid: 500, uid, comm: "openclaw-gatewa" });
    const { proof, fake } = await tell({ processes: [main], main, health: () => ready });
    expect(proof).toMatchObject({
      state: "ready",
      pid: 500,
      how: ["it was running already and was not started"],
    });
    expect(fake.spawned).toEqual([]);
  });
});

const unit: StoppedService = {
  manager: "systemd-user",
  name: "openclaw-gateway.service",
  uid,
  user: "user",
  masked: true,
  disabled: true,
  triggers: ["openclaw.timer"],
};

/** A manager whose start brings pid 800 up. */
function manager(
  start: string,
  failing: Readonly<Record<string, object>> = {},
): Pick<Story, "main" | "onRun"> {
  const main = fakeProcess({ pid: 800, uid, comm: "openclaw-gatewa" });
  return {
    main,
    onRun: async (argv) => {
      const verb = argv.find((arg, i) => i > 0 && !arg.startsWith("-")) ?? "";
      if (failing[verb] !== undefined) return failing[verb];
      if (verb === start) open!.processes.push(main);
      return verb === "show" ? { stdout: "ActiveState=active\nResult=success\n" } : {};
    },
  };
}

describe("a gateway under a service manager", () => {
  it("of systemd comes back by undoing exactly what was done, in order", async () => {
    const { proof, order, fake } = await tell({
      ...manager("start"),
      request: () => ({ stoppedServices: [unit] }),
    });
    expect(proof).toMatchObject({ state: "ready", pid: 800 });
    expect(order.filter((line) => line.startsWith("systemctl") && !line.includes("show"))).toEqual([
      "systemctl --user unmask --runtime openclaw-gateway.service",
      "systemctl --user enable openclaw-gateway.service",
      "systemctl --user reset-failed openclaw-gateway.service",
      "systemctl --user start --no-block openclaw-gateway.service openclaw.timer",
    ]);
    expect(fake.spawned).toEqual([]);
  });

  it("is not enabled or unmasked where it was neither", async () => {
    const plain: StoppedService = { ...unit, masked: false, disabled: false, triggers: [] };
    const { order } = await tell({ ...manager("start"), request: () => ({ stoppedServices: [plain] }) });
    expect(order.some((line) => / (?:unmask|enable) /.test(line))).toBe(false);
  });

  it.each([
    [
      "says no",
      { start: { code: 1, stderr: "Failed to start openclaw-gateway.service: Unit is masked.\n" } },
      "Unit is masked",
    ],
    ["is not installed", { unmask: notInstalled }, "not installed"],
    ["sees it fail", { show: { stdout: "ActiveState=failed\nResult=exit-code\n" } }, "failed (exit-code)"],
  ] as const)("is a failure with instructions when the manager %s", async (_title, failing, text) => {
    const { onRun } = manager("never", failing);
    const { proof } = await tell({
      ...(onRun === undefined ? {} : { onRun }),
      health: () => refused,
      request: () => ({ stoppedServices: [unit] }),
    });
    expect(proof.state).toBe("failed");
    expect(proof.reason).toContain(text);
    expect(proof.reason).toMatch(
      /systemctl --user start openclaw-gateway\.service openclaw\.timer|journalctl --user -u/,
    );
  });

  it("of another user is handed over with the lines to type", async () => {
    const theirs: StoppedService = { ...unit, uid: uid + 1, user: "alice", triggers: [] };
    const { proof, order } = await tell({
      facts: { uid: 1000, user: "user", env: {} },
      request: () => ({ stoppedServices: [{ ...theirs, uid: 1001 }] }),
    });
    expect(proof).toMatchObject({ state: "no-way" });
    expect(proof.reason).toContain(
      "sudo systemctl --user --machine=alice@.host start openclaw-gateway.service",
    );
    expect(order.some((line) => line.startsWith("systemctl"))).toBe(false);
  });

  it("of launchd is enabled, loaded and kicked", async () => {
    const agent: StoppedService = {
      ...unit,
      manager: "launchd",
      name: "ai.openclaw.gateway",
      file: "/Users/u/a.plist",
      masked: false,
    };
    const { proof, order } = await tell({
      ...manager("kickstart"),
      request: () => ({ stoppedServices: [agent] }),
    });
    expect(proof.state).toBe("ready");
    expect(order.filter((line) => line.startsWith("launchctl"))).toEqual([
      `launchctl enable gui/${uid}/ai.openclaw.gateway`,
      `launchctl bootstrap gui/${uid} /Users/u/a.plist`,
      `launchctl kickstart gui/${uid}/ai.openclaw.gateway`,
    ]);
  });

  it("of a container engine is started and gets its policy back", async () => {
    const box: StoppedService = {
      ...unit,
      manager: "docker",
      name: "claw",
      policy: "always",
      masked: false,
      disabled: false,
      triggers: [],
    };
    const { order } = await tell({ ...manager("start"), request: () => ({ stoppedServices: [box] }) });
    expect(order.filter((line) => line.startsWith("docker") && !line.includes("inspect"))).toEqual([
      "docker start claw",
      "docker update --restart=always claw",
    ]);
  });
});
