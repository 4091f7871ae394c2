import { describe, expect, it as base } from "vitest";
import { stopGateway } from "../../src/contain/stop.ts";
import type { StopLimits, StopProof } from "../../src/contain/types.ts";
import { nodeArgv, respawnerScript } from "../support/service-stand-ins/index.ts";
import { isAlive, openStage, slowed, type Stage, until } from "../support/service-stand-ins/stage.ts";

/** Each test has a stage of its own, so that the waiting is done side by side. */
const it = base.extend<{ stage: Stage }>({
  // vitest reads the pattern to know what the fixture needs: nothing.
  stage: async ({}, use) => {
    const stage = await openStage();
    await use(stage);
    await stage.close();
  },
});

/** Patient with a loaded machine where processes end by themselves; `short` where they never will. */
const quick: Partial<StopLimits> = { termMs: 120_000, killMs: 120_000, childMs: 120_000, watchMs: 600 };
const short: Partial<StopLimits> = { ...quick, termMs: 500, childMs: 500 };

function stop(stage: Stage, limits: Partial<StopLimits> = quick): Promise<StopProof> {
  return stopGateway(stage.host, { ...stage.request, limits });
}

/** On a host where all limits are fifty times as long: for what ends the watching before its time. */
function stopSlowly(stage: Stage, watchMs = 600): Promise<StopProof> {
  return stopGateway(slowed(stage.host), { ...stage.request, limits: { ...quick, watchMs } });
}

function endings(proof: StopProof): Readonly<Record<string, string>> {
  return Object.fromEntries(proof.processes.map(({ comm, endedBy }) => [comm, endedBy]));
}

async function childNamed(stage: Stage, comm: string): Promise<number> {
  return until(comm, async () => {
    const all = (await stage.host.processes.list({ hidden: false })).processes;
    // Another test's child of the same name has another parent.
    const parent = (await stage.locate()).processes[0]?.pid;
    return all.find((process) => process.comm === comm && process.ppid === parent)?.pid;
  });
}

describe.runIf(process.platform === "linux")("stopping real processes", { concurrent: true }, () => {
  it("ends an idle gateway with SIGTERM and proves it", async ({ stage }) => {
    stage.start(stage.gateway());
    const pid = await stage.up();
    const proof = await stop(stage);
    expect(proof).toMatchObject({ state: "down", wasRunning: true, port: { closed: true, holders: [] } });
    expect(proof.reason).toBeUndefined();
    expect(proof.processes).toMatchObject([
      { pid, comm: "openclaw-gatewa", role: "gateway", endedBy: "SIGTERM" },
    ]);
    expect(isAlive(pid)).toBe(false);
    expect(proof.watchedMs).toBeGreaterThanOrEqual(600);
    expect(JSON.parse(JSON.stringify(proof))).toEqual(proof);
    expect(stage.journal.map(({ what }) => what)).toEqual(["stop", "signal"]);
  });

  it("says that nothing ran, and proves that too", async ({ stage }) => {
    const proof = await stop(stage);
    expect(proof).toMatchObject({ state: "down", wasRunning: false, processes: [], port: { closed: true } });
    expect(proof.how[0]).toBe("no gateway of this state was running");
  });

  it("kills a gateway that drains longer than the limit although its port is closed", async ({ stage }) => {
    stage.start(stage.gateway("drain=60000"));
    const pid = await stage.up();
    const proof = await stop(stage, short);
    expect(proof.state).toBe("down");
    expect(endings(proof)).toEqual({ "openclaw-gatewa": "SIGKILL" });
    expect(isAlive(pid)).toBe(false);
    expect(proof.how.join("\n")).toMatch(/SIGTERM to .*\nSIGKILL to/);
  });

  it("kills a gateway that ignores SIGTERM", async ({ stage }) => {
    stage.start(stage.gateway("term=ignore"));
    await stage.up();
    expect(endings(await stop(stage, short))).toEqual({ "openclaw-gatewa": "SIGKILL" });
  });

  it.for([
    ["exec-child", "SIGTERM", quick],
    ["deaf-child", "SIGKILL", { ...quick, childMs: 500 }],
  ] as const)("ends a detached %s by %s, though it was orphaned by the stop", async (given, { stage }) => {
    const [name, signal, limits] = given;
    stage.start(stage.gateway(`children=${name}`));
    await stage.up();
    const child = await childNamed(stage, name);
    const proof = await stop(stage, limits);
    expect(proof.state).toBe("down");
    expect(endings(proof)).toEqual({ "openclaw-gatewa": "SIGTERM", [name]: signal });
    expect(isAlive(child)).toBe(false);
  });

  it("counts a zombie as dead, and says that it is one", async ({ stage }) => {
    // The shell becomes a sleep that never waits for its child, like PID 1 of a careless container.
    const command = stage
      .gateway()
      .map((part) => `'${part}'`)
      .join(" ");
    stage.start(["/bin/sh", "-c", `${command} & exec sleep 300`]);
    const pid = await stage.up();
    const proof = await stop(stage);
    expect(proof.state).toBe("down");
    expect(proof.processes).toMatchObject([{ pid, zombie: true, endedBy: "SIGTERM" }]);
    expect((await stage.host.processes.get(pid))?.state).toBe("Z");
  });

  it("does not call it down when a supervisor brings it back, and names who did", async ({ stage }) => {
    const supervisor = stage.start(nodeArgv(respawnerScript, "100", ...stage.gateway()));
    const first = await stage.up();
    const proof = await stop(stage, { ...quick, watchMs: 60_000 });
    expect(proof.state).toBe("back");
    expect(proof.reason).toContain("the gateway came back as openclaw-gatewa");
    expect(proof.reason).toContain(`home-made-super (pid ${supervisor.pid ?? 0}`);
    expect(proof.reason).toContain(`kill ${supervisor.pid ?? 0}`);
    expect(isAlive(first)).toBe(false);
  });

  it("keeps watching for as long as a shell script that started it lives", async ({ stage }) => {
    const command = stage
      .gateway()
      .map((part) => `'${part}'`)
      .join(" ");
    stage.start(["/bin/sh", "-c", `while :; do ${command}; sleep 2; done`]);
    const first = await stage.up();
    const proof = await stopSlowly(stage);
    expect(proof.state).toBe("back");
    expect(stage.said.join("\n")).toContain("watching for 6.0 s");
    expect(proof.reason).toMatch(/started by sh \(pid \d+: /);
    expect(await stage.up(first)).not.toBe(first);
  });

  it("does not wait for a shell script that ends with the gateway", async ({ stage }) => {
    const command = stage
      .gateway()
      .map((part) => `'${part}'`)
      .join(" ");
    stage.start(["/bin/sh", "-c", `${command}; exit 0`]);
    await stage.up();
    const proof = await stopSlowly(stage, 12);
    expect(proof.state).toBe("down");
    // The six seconds of such a script are minutes here.
    expect(proof.watchedMs).toBeLessThan(6_000);
  });

  it("says who holds the port when it is not the gateway", async ({ stage }) => {
    const stranger = stage.start([
      process.execPath,
      "-e",
      `process.title="stranger";require("net").createServer().listen(${stage.port},"127.0.0.1")`,
    ]);
    await until("the stranger", async () =>
      (await stage.host.http.portOpen("127.0.0.1", stage.port, 200)) ? true : undefined,
    );
    const proof = await stop(stage);
    expect(proof).toMatchObject({ state: "down", port: { closed: false, holders: [{ pid: stranger.pid }] } });
    expect(proof.warnings.join()).toContain(`held by stranger (pid ${stranger.pid ?? 0})`);
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
  });

  it("does not touch another gateway that looks the same", async ({ stage }) => {
    const other = await openStage();
    try {
      other.start(other.gateway());
      const pid = await other.up();
      stage.start(stage.gateway());
      await stage.up();
      expect((await stop(stage)).state).toBe("down");
      expect(isAlive(pid)).toBe(true);
    } finally {
      await other.close();
    }
  });
});

it.runIf(process.platform === "linux")(
  "rejects when cancelled, after what it did was journaled",
  async ({ stage }) => {
    stage.start(stage.gateway("term=ignore"));
    const pid = await stage.up();
    const stopping = stop(stage, { ...quick, termMs: 600_000 });
    await until("the signal", () => (stage.journal.some(({ what }) => what === "signal") ? true : undefined));
    process.emit("SIGINT");
    await expect(stopping).rejects.toMatchObject({ code: "cancelled" });
    expect(isAlive(pid)).toBe(true);
  },
);
