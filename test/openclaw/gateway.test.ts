import { mkdir, utimes } from "node:fs/promises";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { findGateway, findInstallation, resolveTarget } from "../../src/openclaw/index.ts";
import type { GatewayLocation } from "../../src/openclaw/index.ts";
import type { ProcessRecord, SocketRecord } from "../../src/host/host.ts";
import { fakeHost, fakeProcess, fakeSocket, type FakeHost } from "../support/fake-host.ts";

let fake: FakeHost;
afterEach(() => fake.cleanup());

const uid = process.getuid?.() ?? 0;
const env = (values: Record<string, string>): NonNullable<ProcessRecord["environ"]> =>
  Object.entries(values).map(([name, value]) => ({ name, value: new Secret(value) }));
const gateway = (more: Partial<ProcessRecord> = {}): ProcessRecord =>
  fakeProcess({
    pid: 500,
    uid,
    comm: "openclaw-gatewa",
    argv: ["openclaw-gateway", ""],
    startTicks: 77,
    ...more,
  });
const self = fakeProcess({ pid: 4242, ppid: 900, uid, comm: "node" });

interface Story {
  readonly processes?: readonly ProcessRecord[];
  readonly sockets?: readonly SocketRecord[];
  /** The lock's fields; absent: no lock file. */
  readonly lock?: Record<string, unknown>;
  readonly plant?: (stateDir: string) => Promise<void>;
}

async function locate(story: Story | ((home: string) => Story)): Promise<GatewayLocation> {
  fake = await fakeHost({ facts: { uid }, onRun: () => ({ code: null, missing: true }) });
  const {
    processes = [],
    sockets = [],
    lock,
    plant,
  } = typeof story === "function" ? story(fake.home) : story;
  fake.processes.push(self, ...processes);
  fake.sockets.push(...sockets);
  const dir = fake.path("~/.openclaw");
  await fake.put("~/.openclaw/openclaw.json", JSON.stringify({ gateway: { port: 4000 } }));
  if (lock !== undefined) {
    const whole = {
      pid: 500,
      startTime: 77,
      createdAt: "2026-11-21T09:00:00.000Z",
      configPath: `${dir}/openclaw.json`,
      stateDir: dir,
      port: 4000,
      ...lock,
    };
    await fake.put(
      "~/.openclaw/tmp/openclaw-1000/gateway.state.lock",
      JSON.stringify(whole) + " \t".repeat(250),
    );
  }
  await plant?.(dir);
  return findGateway(fake.host, await findInstallation(fake.host, await resolveTarget(fake.host)));
}
const pids = (processes: readonly ProcessRecord[]): readonly number[] => processes.map((one) => one.pid);
const listening = (given: Partial<SocketRecord> = {}): SocketRecord =>
  fakeSocket({ localPort: 4000, pids: [500], uid, ...given });

describe("the gateway", () => {
  it("is found by its lock file, with port and helpers", async () => {
    const found = await locate({
      lock: {},
      processes: [
        gateway(),
        fakeProcess({ pid: 501, ppid: 500, uid }),
        fakeProcess({ pid: 502, ppid: 501, uid }),
      ],
      sockets: [listening()],
    });
    expect(found).toMatchObject({ state: "running", port: 4000, portOpen: true, warnings: [] });
    expect(pids(found.processes)).toEqual([500]);
    expect(pids(found.children)).toEqual([501, 502]);
    expect(found.evidence).toEqual([
      "lock file gateway.state.lock: pid 500, start time matches",
      "listens on port 4000: pid 500",
    ]);
  });

  it("is found while it hangs in its shutdown, its port closed", async () => {
    const found = await locate({ lock: {}, processes: [gateway()] });
    expect(found).toMatchObject({ state: "running", portOpen: false });
  });

  it("listens where its lock says, not where the config says", async () => {
    const found = await locate({
      lock: { port: 4777 },
      processes: [gateway()],
      sockets: [listening({ localPort: 4777 })],
    });
    expect(found).toMatchObject({ state: "running", port: 4777, portOpen: true });
  });

  it.each<[string, Partial<ProcessRecord> | undefined, RegExp]>([
    ["nobody has the pid", undefined, /stale: pid 500 is gone/],
    ["the pid was given to another", { startTicks: 78 }, /stale: pid 500 now belongs to another process/],
    ["it is a zombie", { state: "Z" }, /stale: pid 500 is a zombie/],
  ])("is down if %s", async (_name, more, warning) => {
    const found = await locate({ lock: {}, processes: more === undefined ? [] : [gateway(more)] });
    expect(found).toMatchObject({ state: "down", processes: [], portOpen: false });
    expect(found.warnings.join()).toMatch(warning);
  });

  it("is not whatever process a lock names", async () => {
    const victim = fakeProcess({ pid: 500, uid, comm: "backup", argv: ["backup"], startTicks: 77 });
    const found = await locate({ lock: {}, processes: [victim] });
    expect(found).toMatchObject({ state: "down", processes: [] });
    expect(found.warnings.join()).toMatch(
      /names pid 500 \(backup\), which neither looks like a gateway .* left alone/,
    );
  });

  it("is never claw-ir itself, though a lock says so", async () => {
    const found = await locate({
      lock: { pid: 4242, startTime: 424_200 },
      sockets: [listening({ pids: [4242] })],
    });
    expect(found.processes).toEqual([]);
  });

  it("is not one that holds the lock of another state that was copied here", async () => {
    const found = await locate({ lock: { stateDir: "/" }, processes: [gateway()] });
    expect(found.state).toBe("down");
    expect(found.warnings.join()).toMatch(/was written for another state \(\/\): a copy/);
  });

  it("is found by its port where there is no lock", async () => {
    const found = await locate((home) => ({
      processes: [gateway({ environ: env({ HOME: home }) })],
      sockets: [listening()],
    }));
    expect(found).toMatchObject({ state: "running", evidence: ["listens on port 4000: pid 500"] });
  });

  it("is found by title and environment where there is neither", async () => {
    const found = await locate((home) => ({ processes: [gateway({ environ: env({ HOME: home }) })] }));
    expect(found).toMatchObject({ state: "running", evidence: ["process title and environment: pid 500"] });
  });

  it.each<[string, (home: string) => Partial<ProcessRecord>, RegExp]>([
    ["another user's", () => ({ uid: uid + 1 }), /held by the gateway of another user: pid 500/],
    [
      "another profile's",
      (home) => ({ environ: env({ HOME: home, OPENCLAW_PROFILE: "work" }) }),
      /gateway of another state \(.*\.openclaw-work\)/,
    ],
    [
      "no gateway at all",
      () => ({ comm: "nginx", argv: ["nginx"] }),
      /does not look like an OpenClaw gateway/,
    ],
  ])("is not what holds its port, if that is %s", async (_name, more, warning) => {
    const found = await locate((home) => ({ processes: [gateway(more(home))], sockets: [listening()] }));
    expect(found).toMatchObject({ state: "down", processes: [], children: [], portOpen: true });
    expect(found.warnings.join()).toMatch(warning);
  });

  it("is unknown where the port is open and its holder may not be seen", async () => {
    const found = await locate({ sockets: [listening({ pids: [] })] });
    expect(found).toMatchObject({ state: "unknown", portOpen: true });
    expect(found.reason).toMatch(/cannot be seen by this user/);
  });

  it("may be about to start: said, not guessed", async () => {
    const young = (home: string): ProcessRecord =>
      fakeProcess({ pid: 600, uid, comm: "openclaw", argv: ["openclaw"], environ: env({ HOME: home }) });
    const found = await locate((home) => ({ processes: [young(home)] }));
    expect(found.state).toBe("down");
    expect(found.warnings.join()).toMatch(/pid 600 \(openclaw\) works on this state/);
    await fake.cleanup();
    const marked = await locate((home) => ({
      processes: [
        {
          ...young(home),
          environ: env({ HOME: home, OPENCLAW_SERVICE_MARKER: "openclaw", OPENCLAW_SERVICE_KIND: "gateway" }),
        },
      ],
    }));
    expect(marked.state).toBe("running");
  });

  it("in a container is found by its start time, though its pid counts differently there", async () => {
    const id = "a".repeat(64);
    const found = await locate({
      lock: { pid: 7, stateDir: "/home/node/.openclaw" },
      processes: [gateway({ cgroup: `/system.slice/docker-${id}.scope` })],
      // Nothing of /home/node exists here, which the fake's walls would not let us see.
      plant: async () => {
        const { host } = fake;
        const stat = host.fs.stat;
        Object.assign(host.fs, {
          stat: async (path: string) => (path === "/home/node/.openclaw" ? undefined : stat(path)),
        });
      },
    });
    expect(found).toMatchObject({ state: "running" });
    expect(pids(found.processes)).toEqual([500]);
  });

  it("that runs twice is said to", async () => {
    const found = await locate((home) => ({
      lock: {},
      processes: [gateway(), gateway({ pid: 510, startTicks: 80, environ: env({ HOME: home }) })],
    }));
    expect(pids(found.processes)).toEqual([500, 510]);
    expect(found.warnings).toContain("2 gateways run on this state");
  });
});

describe("its lease in the state database", () => {
  async function lease(stateDir: string, owner: Record<string, unknown>): Promise<void> {
    await mkdir(`${stateDir}/state`);
    const db = new Database(`${stateDir}/state/openclaw.sqlite`);
    db.exec("CREATE TABLE state_leases (scope TEXT, lease_key TEXT, payload_json TEXT, updated_at INTEGER)");
    db.prepare("INSERT INTO state_leases VALUES ('gateway-owner', 'x', ?, 1)").run(
      JSON.stringify({ owner, port: 4999 }),
    );
    db.close();
    await utimes(`${stateDir}/state/openclaw.sqlite`, 1, 1);
  }
  it("names it where nothing else does", async () => {
    const found = await locate({
      processes: [gateway()],
      plant: (dir) => lease(dir, { pid: 500, host: "claw", startedAt: 77 }),
    });
    expect(found).toMatchObject({ state: "running", port: 4999 });
    expect(found.evidence.join()).toMatch(/lease in state_leases: pid 500/);
  });
  it.each([
    ["another host's", { pid: 500, host: "other", startedAt: 77 }],
    ["an older process's", { pid: 500, host: "claw", startedAt: 76 }],
    ["nonsense", { pid: "500", host: "claw" }],
  ])("counts for nothing if it is %s", async (_name, owner) => {
    const found = await locate({ processes: [gateway()], plant: (dir) => lease(dir, owner) });
    expect(found.state).toBe("down");
  });
});

describe("what the gateway started", () => {
  it("is family though it was detached, and nobody else is", async () => {
    const service = "/user.slice/user-0.slice/user@0.service/app.slice/openclaw-gateway.service";
    const found = await locate((home) => ({
      lock: {},
      processes: [
        gateway({ session: 500, pgid: 500, cgroup: service }),
        fakeProcess({ pid: 501, ppid: 500, uid, session: 501, pgid: 501 }),
        fakeProcess({ pid: 502, ppid: 1, uid, session: 501, pgid: 501 }),
        fakeProcess({ pid: 503, ppid: 1, uid, session: 503, pgid: 503, cgroup: service }),
        fakeProcess({ pid: 504, ppid: 1, uid, environ: env({ HOME: home, OPENCLAW_SHELL: "exec" }) }),
        fakeProcess({ pid: 505, ppid: 504, uid, environ: env({ HOME: home }) }),
        fakeProcess({
          pid: 506,
          ppid: 1,
          uid,
          argv: ["node", "/opt/node_modules/openclaw/dist/process/spawn-broker/worker.js"],
          environ: env({ HOME: home, OPENCLAW_CLI: "1" }),
        }),
        // Not family: another state's tool, a zombie, the user's shell and login session, claw-ir and its shell.
        fakeProcess({ pid: 601, uid, environ: env({ HOME: "/home/else", OPENCLAW_SHELL: "exec" }) }),
        fakeProcess({ pid: 602, ppid: 500, uid, state: "Z" }),
        fakeProcess({ pid: 603, uid, session: 700, pgid: 603, environ: env({ HOME: home }) }),
        fakeProcess({ pid: 604, uid: uid + 1, environ: env({ HOME: home, OPENCLAW_SHELL: "exec" }) }),
        fakeProcess({ pid: 900, ppid: 500, uid, comm: "bash" }),
      ],
    }));
    expect(pids(found.children).toSorted()).toEqual([501, 502, 503, 504, 505, 506]);
  });

  it("does not take a login session for the gateway's service", async () => {
    const cgroup = "/user.slice/user-0.slice/session-3.scope";
    const found = await locate({
      lock: {},
      processes: [
        gateway({ cgroup, session: 80, pgid: 500 }),
        fakeProcess({ pid: 81, uid, cgroup, session: 80, pgid: 81 }),
      ],
    });
    expect(found.children).toEqual([]);
  });

  it("is found when the gateway is gone", async () => {
    const found = await locate((home) => ({
      lock: {},
      processes: [fakeProcess({ pid: 504, uid, environ: env({ HOME: home, OPENCLAW_SHELL: "exec" }) })],
    }));
    expect(found.state).toBe("down");
    expect(pids(found.children)).toEqual([504]);
  });
});

it("says why nothing is looked for on a dead host", async () => {
  fake = await fakeHost({ files: { "mnt/home/user/.openclaw/openclaw.json": "{}" } });
  const target = await resolveTarget(fake.host, { root: fake.path("mnt"), home: "/home/user" });
  const found = await findGateway(fake.host, await findInstallation(fake.host, target));
  expect(found).toMatchObject({ state: "unknown", processes: [], portOpen: false });
  expect(found.reason).toMatch(/is examined, not the running host/);
  expect(fake.ran).toEqual([]);
});
