import { afterEach, describe, expect, it } from "vitest";
import { stopLimits } from "../../src/contain/types.ts";
import { stopGateway } from "../../src/contain/index.ts";
import type { StopProof, StopRequest } from "../../src/contain/index.ts";
import type { ProcessRecord } from "../../src/host/host.ts";
import { Secret } from "../../src/model/secret.ts";
import type { GatewayLocation, ServiceUnit } from "../../src/openclaw/types.ts";
import {
  fakeHost,
  type FakeHost,
  type FakeHostOptions,
  fakeProcess,
  fakeSocket,
  notInstalled,
} from "../support/fake-host.ts";

const port = 18_789;
let open: FakeHost | undefined;
afterEach(async () => {
  await open?.cleanup();
  open = undefined;
});

const gateway = fakeProcess({
  pid: 500,
  ppid: 1,
  comm: "openclaw-gatewa",
  argv: ["openclaw-gateway"],
  exe: "/usr/bin/node",
});
const init = fakeProcess({ pid: 1, ppid: 0, uid: 0, user: "root", comm: "systemd", argv: ["/sbin/init"] });

interface Story extends FakeHostOptions {
  readonly services?: readonly ServiceUnit[];
  readonly locate?: (fake: FakeHost) => Partial<GatewayLocation>;
  readonly isGateway?: (process: ProcessRecord) => boolean;
}

interface Told {
  readonly fake: FakeHost;
  readonly proof: StopProof;
  /** Everything that was done, in order: journal entries, commands and signals. */
  readonly order: readonly string[];
  readonly said: readonly string[];
}

async function tell({ services = [], locate, isGateway, ...options }: Story): Promise<Told> {
  const order: string[] = [];
  const said: string[] = [];
  const fake = await fakeHost({
    processes: [init, gateway],
    sockets: [fakeSocket({ localPort: port, pids: [500] })],
    ports: { [port]: false },
    ...options,
    onRun: async (argv, given) => {
      order.push(argv.join(" "));
      return options.onRun?.(argv, given);
    },
    onSignal: (process, signal) => {
      order.push(`${signal} ${process.pid}`);
      return options.onSignal?.(process, signal);
    },
  });
  open = fake;
  const request: StopRequest = {
    installation: {
      target: {
        live: true,
        root: "/",
        home: fake.home,
        stateDir: fake.path("~/.openclaw"),
        configPath: fake.path("~/.openclaw/openclaw.json"),
        toHost: (path) => path,
        toReal: (path) => path,
      },
      gatewayPort: port,
      gatewayBind: "loopback",
    },
    locate: async () => {
      const found = fake.processes.filter(
        (process) => process.state !== "Z" && (isGateway?.(process) ?? process.comm === "openclaw-gatewa"),
      );
      return {
        state: found.length > 0 ? "running" : "down",
        processes: found,
        children: [],
        port,
        portOpen: false,
        services,
        evidence: [],
        warnings: [],
        ...locate?.(fake),
      };
    },
    say: (text) => void said.push(text),
    journal: async (what) => void order.push(`journal ${what}`),
  };
  const proof = await stopGateway(fake.host, request);
  return { fake, proof, order, said };
}

describe("a gateway that nobody supervises", () => {
  it("is told, waited for and watched, and nothing is run", async () => {
    const { proof, order, fake } = await tell({});
    expect(proof).toMatchObject({
      state: "down",
      wasRunning: true,
      port: { number: port, closed: true },
      inverse: [],
    });
    expect(proof.processes).toMatchObject([{ pid: 500, startTicks: 50_000, endedBy: "SIGTERM" }]);
    expect(order).toEqual(["journal stop", "journal signal", "SIGTERM 500"]);
    expect(fake.ran).toEqual([]);
    expect(proof.watchedMs).toBeGreaterThanOrEqual(stopLimits.watchMs);
    expect(proof.watchedMs).toBeLessThan(1_500);
  });

  it("is killed after ten seconds and not before, and the user hears of the wait", async () => {
    const { proof, order, said, fake } = await tell({
      onSignal: (_process, signal) => (signal === "SIGTERM" ? "sent" : undefined),
    });
    expect(order).toEqual(["journal stop", "journal signal", "SIGTERM 500", "journal signal", "SIGKILL 500"]);
    expect(proof.downMs).toBeGreaterThanOrEqual(10_000);
    expect(proof.downMs).toBeLessThan(11_000);
    expect(said.join()).toContain("openclaw-gatewa (pid 500) still at work; SIGKILL in 8");
    expect(fake.processes).not.toContain(gateway);
  });

  it("is reported alive when SIGKILL does not end it", async () => {
    const { proof } = await tell({ onSignal: () => "sent" });
    expect(proof).toMatchObject({ state: "alive", processes: [{ endedBy: "alive" }] });
    expect(proof.reason).toContain("outlived SIGKILL");
  });

  it("of another user is denied at once, with the command", async () => {
    const theirs = fakeProcess({ ...gateway, uid: 1001, user: "alice" });
    const { proof, fake } = await tell({ processes: [init, theirs], onSignal: () => "denied" });
    expect(proof).toMatchObject({ state: "denied", processes: [{ endedBy: "denied" }] });
    expect(proof.reason).toBe(
      "openclaw-gatewa (pid 500) belongs to alice, and claw-ir may not end it. Run: sudo kill 500 — or run claw-ir again with sudo",
    );
    expect(fake.slept).toEqual([]);
  });

  it("whose pid was given to another process is dead, and that process is left alone", async () => {
    let looks = 0;
    const { proof, fake, order } = await tell({
      locate: (host) => {
        looks += 1;
        if (looks > 1) return { state: "down", processes: [] };
        host.end(500);
        host.processes.push(fakeProcess({ pid: 500, comm: "sshd", startTicks: 999_999 }));
        return { state: "running", processes: [gateway] };
      },
    });
    expect(proof).toMatchObject({
      state: "down",
      processes: [{ pid: 500, startTicks: 50_000, endedBy: "itself" }],
    });
    expect(order).toEqual(["journal stop"]);
    expect(fake.processes.some(({ comm }) => comm === "sshd")).toBe(true);
  });

  it("that leaves a zombie is down", async () => {
    const { proof } = await tell({
      onSignal: (process) => {
        const at = open!.processes.indexOf(process);
        open!.processes[at] = { ...process, state: "Z" };
        open!.sockets.splice(0);
        return "sent";
      },
    });
    expect(proof).toMatchObject({ state: "down", processes: [{ endedBy: "SIGTERM", zombie: true }] });
  });

  it("with a name full of escapes cannot write to the terminal", async () => {
    const comm = "\u001b[2Jopenclaw";
    const { proof } = await tell({
      processes: [init, fakeProcess({ ...gateway, comm })],
      isGateway: (process) => process.pid === 500,
      onSignal: () => "sent",
    });
    expect(proof.reason).toContain("\\u{1b}[2Jopenclaw (pid 500)");
    expect([proof.reason, ...proof.how, ...proof.warnings].join()).not.toContain("\u001b");
  });

  it("is never called down when nobody can tell", async () => {
    const { proof } = await tell({
      processes: [init],
      sockets: [],
      locate: () => ({ state: "unknown", reason: "/proc may not be read" }),
    });
    expect(proof).toMatchObject({ state: "unknown", reason: "/proc may not be read", wasRunning: false });
  });

  it("is not called down while its port is open and nobody may see who holds it", async () => {
    const { proof } = await tell({
      processes: [init],
      sockets: [fakeSocket({ localPort: port, uid: 0, pids: [] })],
    });
    expect(proof).toMatchObject({ state: "unknown", port: { closed: false }, downMs: null });
    expect(proof.reason).toContain("who holds it may not be read: run claw-ir with sudo");
  });

  it("is not called down while a connection is accepted though no socket is listed", async () => {
    const { proof } = await tell({ processes: [init], sockets: [], ports: { [port]: true } });
    expect(proof).toMatchObject({ state: "unknown", port: { closed: false } });
  });
});

describe("what the gateway started", () => {
  const worker = fakeProcess({ pid: 501, ppid: 500, comm: "MainThread" });
  const tool = fakeProcess({ pid: 502, ppid: 500, comm: "sh", session: 502 });
  const grandchild = fakeProcess({ pid: 503, ppid: 502, comm: "curl", session: 502 });

  it("is ended after it, also what was orphaned and what only shares a child's session", async () => {
    const stray = fakeProcess({ pid: 504, ppid: 1, comm: "nc", session: 502 });
    const { proof, order } = await tell({
      processes: [init, gateway, worker, tool, grandchild, stray],
      onSignal: (process, signal) => {
        if (process.pid === 500) {
          open!.end(501);
          for (const [i, each] of open!.processes.entries()) {
            if (each.ppid === 500) open!.processes[i] = { ...each, ppid: 1 };
          }
        }
        return process.pid === 504 && signal === "SIGTERM" ? "sent" : undefined;
      },
    });
    expect(proof.state).toBe("down");
    expect(proof.processes.map(({ pid, role, endedBy }) => [pid, role, endedBy])).toEqual([
      [500, "gateway", "SIGTERM"],
      [501, "child", "itself"],
      [502, "child", "SIGTERM"],
      [503, "child", "SIGTERM"],
      [504, "child", "SIGKILL"],
    ]);
    expect(order.filter((line) => line.startsWith("SIG"))).toEqual([
      "SIGTERM 500",
      "SIGTERM 502",
      "SIGTERM 503",
      "SIGTERM 504",
      "SIGKILL 504",
    ]);
  });

  it("does not include those who share the user's own shell session", async () => {
    const shell = fakeProcess({ pid: 400, ppid: 1, comm: "bash", argv: ["-bash"], session: 400 });
    const started = fakeProcess({ ...gateway, ppid: 400, session: 400 });
    const editor = fakeProcess({ pid: 410, ppid: 400, comm: "vim", session: 400 });
    const { proof, fake } = await tell({ processes: [init, shell, started, editor] });
    expect(proof.processes.map(({ pid }) => pid)).toEqual([500]);
    expect(fake.processes).toContain(editor);
  });

  it("leaves claw-ir and what it runs in alone, and says so", async () => {
    const self = fakeProcess({ pid: 4242, ppid: 502, comm: "node", session: 502 });
    const { proof, order } = await tell({ processes: [init, gateway, tool, self] });
    expect(proof.state).toBe("down");
    expect(order.filter((line) => line.startsWith("SIG"))).toEqual(["SIGTERM 500"]);
    expect(proof.processes.filter(({ endedBy }) => endedBy === "spared").map(({ pid }) => pid)).toEqual([
      502, 4242,
    ]);
    expect(proof.warnings.join()).toContain("run claw-ir from a shell of your own");
  });

  it("of another user that may not be ended makes the stop denied", async () => {
    const rooted = fakeProcess({ pid: 505, ppid: 500, uid: 0, user: "root", comm: "sleep" });
    const { proof } = await tell({
      processes: [init, gateway, rooted],
      onSignal: (process) => (process.pid === 505 ? "denied" : undefined),
    });
    expect(proof.state).toBe("denied");
    expect(proof.reason).toContain("sleep (pid 505) belongs to root");
  });

  it("is found in the gateway's container, but not in a control group that claw-ir shares", async () => {
    const cgroup = `/system.slice/docker-${"a".repeat(64)}.scope`;
    const inside = fakeProcess({ ...gateway, cgroup });
    const orphan = fakeProcess({ pid: 506, ppid: 1, comm: "tini", cgroup });
    const first = await tell({ processes: [init, inside, orphan] });
    expect(first.proof.processes.map(({ pid }) => pid)).toEqual([500, 506]);
    await first.fake.cleanup();
    const self = fakeProcess({ pid: 4242, ppid: 1, comm: "node", cgroup });
    const second = await tell({ processes: [init, inside, orphan, self] });
    expect(second.proof.processes.map(({ pid }) => pid)).toEqual([500]);
  });
});

const unit: ServiceUnit = {
  manager: "systemd-user",
  name: "openclaw-gateway.service",
  file: "/home/user/.config/systemd/user/openclaw-gateway.service",
  restartMs: 5_000,
  active: true,
};

function shown(state: Readonly<Record<string, string>>): { stdout: string } {
  const all = {
    ActiveState: "active",
    LoadState: "loaded",
    UnitFileState: "enabled",
    MainPID: "500",
    ...state,
  };
  return {
    stdout: Object.entries(all)
      .map(([key, value]) => `${key}=${value}`)
      .join("\n"),
  };
}

/** A systemctl whose unit's process ends when it is told to. */
function systemctl(answers: Readonly<Record<string, object>> = {}): NonNullable<FakeHostOptions["onRun"]> {
  return async (argv) => {
    const verb = argv.find((arg, i) => i > 0 && !arg.startsWith("-")) ?? "";
    const given = answers[verb];
    if (given !== undefined) return given;
    if (verb === "stop") open!.end(500);
    if (verb === "show")
      return open!.processes.some(({ pid }) => pid === 500)
        ? shown({})
        : shown({ ActiveState: "inactive", MainPID: "0" });
    return {};
  };
}

describe("a gateway under systemd", () => {
  it("is stopped through its manager before anything else, and not signalled", async () => {
    const { proof, order, fake } = await tell({ services: [unit], onRun: systemctl() });
    const asked =
      "ActiveState,SubState,LoadState,UnitFileState,FragmentPath,MainPID,TriggeredBy,ControlGroup";
    expect(order).toEqual([
      "journal stop",
      `systemctl --user show --property=${asked} ${unit.name}`,
      "journal service",
      `systemctl --user stop --no-block ${unit.name}`,
      "journal service-answer",
      "journal service",
      `systemctl --user disable ${unit.name}`,
      "journal service-answer",
      "journal service-end",
      `systemctl --user show --property=${asked} ${unit.name}`,
      `systemctl --user show --property=${asked} ${unit.name}`,
    ]);
    expect(proof).toMatchObject({ state: "down", processes: [{ endedBy: "service" }] });
    // RestartSec and a second, as the manager says itself that it is down.
    expect(proof.watchedMs).toBeGreaterThanOrEqual(6_000);
    expect(fake.ran[0]?.options.env).toMatchObject({
      XDG_RUNTIME_DIR: "/run/user/1000",
      DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/1000/bus",
    });
  });

  it("is killed when the manager's stop takes too long, without a second SIGTERM", async () => {
    const { proof, order } = await tell({ services: [unit], onRun: systemctl({ stop: {} }) });
    expect(order.filter((line) => line.startsWith("SIG"))).toEqual(["SIGKILL 500"]);
    expect(proof).toMatchObject({ state: "down", processes: [{ endedBy: "SIGKILL" }] });
  });

  it("is 'back' when the manager says it is being started, though no process is seen yet", async () => {
    const again = { show: shown({ ActiveState: "activating", SubState: "auto-restart", MainPID: "500" }) };
    const { proof } = await tell({ services: [unit], onRun: systemctl(again) });
    expect(proof.state).toBe("back");
    expect(proof.reason).toContain(`${unit.name} is up or being started`);
    expect(proof.watchedMs).toBeGreaterThanOrEqual(10_000);
  });

  it("of the system needs root: denied with the line to type, and nothing is signalled", async () => {
    const system: ServiceUnit = { ...unit, manager: "systemd-system" };
    const stop = { code: 1, stderr: `Failed to stop ${unit.name}: Interactive authentication required.\n` };
    const { proof, order } = await tell({ services: [system], onRun: systemctl({ stop }) });
    expect(proof.state).toBe("denied");
    expect(proof.reason).toContain(`Run: sudo systemctl stop ${unit.name}`);
    expect(order.some((line) => line.startsWith("SIG"))).toBe(false);
    expect(proof.processes).toMatchObject([{ endedBy: "alive" }]);
  });

  it("of another user is reached by root through that user's manager", async () => {
    const theirs = fakeProcess({ ...gateway, uid: 1001, user: "alice" });
    const { order } = await tell({
      services: [unit],
      facts: { uid: 0, user: "root" },
      processes: [init, theirs],
      onRun: systemctl(),
    });
    expect(order).toContain(`systemctl --user --machine=alice@.host stop --no-block ${unit.name}`);
  });

  it("of another user is denied to everyone else", async () => {
    const theirs = fakeProcess({ ...gateway, uid: 1001, user: "alice" });
    const { proof, fake } = await tell({ services: [unit], processes: [init, theirs] });
    expect(proof.state).toBe("denied");
    expect(proof.reason).toContain(`Run: sudo systemctl --user --machine=alice@.host stop ${unit.name}`);
    expect(fake.ran).toEqual([]);
  });

  it("is not stopped from inside", async () => {
    const cgroup = `/user.slice/user-1000.slice/user@1000.service/app.slice/${unit.name}`;
    const self = fakeProcess({ pid: 4242, ppid: 500, comm: "node", cgroup });
    const { proof, order } = await tell({
      services: [unit],
      processes: [init, fakeProcess({ ...gateway, cgroup }), self],
      onRun: systemctl({ show: shown({ ControlGroup: cgroup }) }),
    });
    expect(proof.state).toBe("denied");
    expect(proof.reason).toContain("run it from a login shell of your own");
    expect(order.some((line) => line.includes(" stop "))).toBe(false);
  });

  it("has a unit file but no manager runs: it is ended like any other, without the long watch", async () => {
    const quiet = fakeProcess({ ...init, comm: "tini" });
    const { manager, name, restartMs } = unit;
    const { proof } = await tell({
      services: [{ manager, name, restartMs }],
      processes: [quiet, gateway],
      onRun: async () => ({ code: 1, stderr: "Failed to connect to bus: No such file or directory\n" }),
    });
    expect(proof).toMatchObject({ state: "down", processes: [{ endedBy: "SIGTERM" }], services: [] });
    expect(proof.watchedMs).toBeLessThan(1_500);
    expect(proof.how.join()).toContain("has a file, but its service manager does not run");
  });

  it("goes on without systemctl, warns, and watches twice the restart interval", async () => {
    const manager = fakeProcess({ pid: 300, comm: "systemd", argv: ["/lib/systemd/systemd", "--user"] });
    const { proof } = await tell({
      services: [unit],
      processes: [init, manager, gateway],
      onRun: async () => notInstalled,
    });
    expect(proof.state).toBe("down");
    expect(proof.warnings.join()).toContain("the program is not installed");
    expect(proof.watchedMs).toBeGreaterThanOrEqual(10_000);
  });

  it("never passes a name on that is an option or more than one", async () => {
    for (const name of ["--force", "a b.service", "x;reboot.service", "\u001b[2J.service"]) {
      const { fake, proof } = await tell({ services: [{ ...unit, name, active: false }] });
      expect(fake.ran).toEqual([]);
      expect(proof.state).toBe("down");
      await fake.cleanup();
    }
  });

  it("takes an ineffective mask back", async () => {
    const file = "/usr/lib/systemd/user/openclaw-gateway.service";
    let down = false;
    const { proof, order } = await tell({
      services: [{ ...unit, file }],
      onRun: async (argv) => {
        if (argv.includes("stop")) {
          down = true;
          open!.end(500);
        }
        if (!argv.includes("show")) return {};
        return shown({
          ActiveState: down ? "inactive" : "active",
          FragmentPath: file,
          UnitFileState: "disabled",
        });
      },
    });
    expect(order.filter((line) => / (?:un)?mask /.test(line))).toEqual([
      `systemctl --user mask --runtime ${unit.name}`,
      `systemctl --user unmask --runtime ${unit.name}`,
    ]);
    expect(proof.services).toMatchObject([{ masked: false, disabled: false }]);
  });
});

describe("a gateway that comes back", () => {
  it("is 'back' when a new process takes the port, whatever it is called, and its starter is named", async () => {
    const pm2 = fakeProcess({ pid: 300, comm: "node", argv: ["PM2 v5.3.0: God Daemon (/home/user/.pm2)"] });
    const { proof } = await tell({
      processes: [init, pm2, fakeProcess({ ...gateway, ppid: 300 })],
      onSignal: async () => {
        open!.later(400, () => {
          open!.processes.push(fakeProcess({ pid: 900, ppid: 300, comm: "MainThread" }));
          open!.sockets.push(fakeSocket({ localPort: port, pids: [900] }));
          open!.ports[port] = true;
        });
        return undefined;
      },
    });
    expect(proof.state).toBe("back");
    expect(proof.reason).toContain("came back as MainThread (pid 900), started by node (pid 300: PM2 v5.3.0");
    expect(proof.reason).toContain("pm2 stop all");
    expect(proof.port).toEqual({ number: port, closed: false, holders: [{ pid: 900, comm: "MainThread" }] });
  });

  it("is waited for when it has only just been started and shows neither lock nor port", async () => {
    const story = (becomes: "gateway" | "gone"): Story => ({
      onSignal: async () => {
        const stateDir = open!.path("~/.openclaw");
        const young = fakeProcess({
          pid: 900,
          ppid: 1,
          comm: "openclaw",
          argv: ["openclaw"],
          startedAt: "2026-11-21T10:00:00.000Z",
          environ: [{ name: "OPENCLAW_STATE_DIR", value: new Secret(stateDir) }],
        });
        open!.later(200, () => void open!.processes.push(young));
        open!.later(6_500, () => {
          open!.end(900);
          if (becomes === "gateway") open!.processes.push({ ...young, comm: "openclaw-gatewa" });
        });
        return undefined;
      },
    });
    const back = await tell(story("gateway"));
    expect(back.proof.state).toBe("back");
    expect(back.said.join()).toContain(
      "openclaw (pid 900) was started only just now; waiting to see what it becomes",
    );
    await back.fake.cleanup();
    expect((await tell(story("gone"))).proof.state).toBe("down");
  });

  it("is stopped, not called absent, when it was only just starting", async () => {
    const { proof } = await tell({
      processes: [init],
      sockets: [],
      locate: (host) => {
        if (host.processes.some(({ pid }) => pid === 900)) return {};
        const young = fakeProcess({
          pid: 900,
          comm: "openclaw",
          startedAt: "2026-11-21T09:59:59.000Z",
          environ: [{ name: "OPENCLAW_STATE_DIR", value: new Secret(host.path("~/.openclaw")) }],
        });
        if (host.host.clock.monotonic() === 0) {
          host.processes.push(young);
          host.later(6_000, () => {
            host.end(900);
            host.processes.push({ ...young, comm: "openclaw-gatewa" });
          });
        }
        return {};
      },
    });
    expect(proof).toMatchObject({
      state: "down",
      wasRunning: true,
      processes: [{ pid: 900, endedBy: "SIGTERM" }],
    });
  });

  it("names the unit when systemd itself started it", async () => {
    const cgroup = "/system.slice/agent.service";
    const { proof } = await tell({
      processes: [init, fakeProcess({ ...gateway, cgroup })],
      onSignal: async () => {
        open!.later(5_000, () => void open!.processes.push(fakeProcess({ ...gateway, pid: 900, cgroup })));
        return undefined;
      },
    });
    expect(proof.state).toBe("back");
    expect(proof.reason).toContain(
      "started by the system service agent.service. Stop it: sudo systemctl stop agent.service",
    );
  });
});

describe("a container", () => {
  const box: ServiceUnit = { manager: "docker", name: "openclaw", restartMs: 100, active: true };
  const state = (running: boolean, more: object = {}): object => ({
    stdout: JSON.stringify({
      running,
      restarting: false,
      pid: running ? 500 : 0,
      policy: "always",
      remove: false,
      ...more,
    }),
  });

  it("loses its restart policy first, then is stopped with our own patience", async () => {
    const { proof, order } = await tell({
      services: [box],
      onRun: async (argv) => {
        if (argv[1] === "stop") open!.end(500);
        return argv[1] === "inspect" ? state(open!.processes.some(({ pid }) => pid === 500)) : {};
      },
    });
    expect(order.filter((line) => /^docker (?!inspect)/.test(line))).toEqual([
      "docker update --restart=no openclaw",
      "docker stop -t 10 openclaw",
    ]);
    expect(proof).toMatchObject({
      state: "down",
      services: [{ manager: "docker", policy: "always" }],
      inverse: [{ how: "sudo docker update --restart=always openclaw && sudo docker start openclaw" }],
    });
  });

  it("gets its policy back when it could not be stopped, and the stop is not called done", async () => {
    const { proof, order } = await tell({
      services: [box],
      locate: () => ({ state: "running", processes: [gateway] }),
      onRun: async (argv) => {
        if (argv[1] === "stop")
          return { code: 1, stderr: "Error response from daemon: cannot stop container\n" };
        return argv[1] === "inspect" ? state(true) : {};
      },
      onSignal: () => "denied",
    });
    expect(order).toContain("docker update --restart=always openclaw");
    expect(proof.state).toBe("denied");
    expect(proof.services).toEqual([]);
  });

  it("without rights on the engine's socket is denied with the command", async () => {
    const { proof } = await tell({
      services: [box],
      onRun: async () => ({
        code: 1,
        stderr: "permission denied while trying to connect to the Docker daemon socket\n",
      }),
    });
    expect(proof).toMatchObject({ state: "denied" });
    expect(proof.reason).toContain("Run: sudo docker stop openclaw");
  });
});
