import { describe, expect, it as base } from "vitest";
import { stopGateway } from "../../src/contain/stop.ts";
import type { StopLimits, StopProof } from "../../src/contain/types.ts";
import type { ServiceUnit } from "../../src/openclaw/types.ts";
import type { Service } from "../support/service-stand-ins/index.ts";
import { isAlive, openStage, pause, slowed, type Stage, until } from "../support/service-stand-ins/stage.ts";

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
const short: Partial<StopLimits> = { ...quick, termMs: 1_000 };

function stop(stage: Stage, limits: Partial<StopLimits> = quick): Promise<StopProof> {
  return stopGateway(stage.host, { ...stage.request, limits });
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

function unitOf(service: Service): ServiceUnit {
  const { manager, name, restartMs, file } = service;
  return { manager, name, restartMs, active: true, ...(file === undefined ? {} : { file }) };
}

async function define(
  stage: Stage,
  service: Omit<Service, "argv">,
  ...wishes: readonly string[]
): Promise<number> {
  const whole: Service = { ...service, argv: stage.gateway(...wishes) };
  const pid = await stage.define(whole);
  stage.services.push(unitOf(whole));
  expect(await stage.up()).toBe(pid);
  return pid;
}

const userUnit = {
  manager: "systemd-user",
  name: "openclaw-gateway.service",
  restartMs: 500,
  killMode: "mixed",
  file: "/home/user/.config/systemd/user/openclaw-gateway.service",
} as const;

describe.runIf(process.platform === "linux")("stopping a supervised gateway", { concurrent: true }, () => {
  it("shows that a kill by signal alone would bring it back", async ({ stage }) => {
    const pid = await define(stage, userUnit);
    process.kill(pid, "SIGKILL");
    expect(await stage.up(pid)).not.toBe(pid);
  });

  it("stops and disables a systemd user unit, and says how to undo it", async ({ stage }) => {
    const pid = await define(stage, userUnit);
    const proof = await stop(stage);
    expect(proof).toMatchObject({
      state: "down",
      processes: [{ pid, endedBy: "service" }],
      services: [
        { manager: "systemd-user", name: userUnit.name, masked: false, disabled: true, triggers: [] },
      ],
      inverse: [
        {
          what: `the user service ${userUnit.name} was stopped, disabled, so that no boot or login starts it`,
          how: `systemctl --user enable ${userUnit.name} && systemctl --user start ${userUnit.name}`,
        },
      ],
    });
    const acts = (await stage.manager.calls()).filter((call) => !call.includes(" show "));
    expect(acts).toEqual([
      `systemctl --user stop --no-block ${userUnit.name}`,
      `systemctl --user disable ${userUnit.name}`,
    ]);
    // Longer than RestartSec and than any signal of ours would have needed.
    expect(proof.watchedMs).toBeGreaterThanOrEqual(1_500);
    expect(stage.journal.map(({ what }) => what)).toEqual([
      "stop",
      "service",
      "service-answer",
      "service",
      "service-answer",
      "service-end",
    ]);
  });

  it("masks a unit whose file a mask can reach", async ({ stage }) => {
    await define(stage, {
      ...userUnit,
      file: "/usr/lib/systemd/user/openclaw-gateway.service",
      enabled: false,
    });
    const proof = await stop(stage);
    expect(proof).toMatchObject({ state: "down", services: [{ masked: true, disabled: false }] });
  });

  it("kills a unit's process that drains too long, and it stays down", async ({ stage }) => {
    const pid = await define(stage, { ...userUnit, stopTimeoutMs: 330_000 }, "drain=300000");
    const proof = await stop(stage, short);
    expect(proof).toMatchObject({ state: "down", processes: [{ pid, endedBy: "SIGKILL" }] });
    await pause(700);
    expect(isAlive(pid)).toBe(false);
    expect((await stage.locate()).state).toBe("down");
  });

  it("catches a unit in the pause before its respawn", async ({ stage }) => {
    // Its manager waits for ever here, so that it is in that pause for certain; what its unit says is another thing.
    const pid = await define(stage, { ...userUnit, restartMs: 3_600_000 });
    stage.services.splice(0, 1, unitOf({ ...userUnit, restartMs: 1_500, argv: stage.gateway() }));
    process.kill(pid, "SIGKILL");
    await until("its end", () => (isAlive(pid) ? undefined : true));
    const proof = await stop(stage);
    expect(proof).toMatchObject({ state: "down", wasRunning: true, services: [{ name: userUnit.name }] });
    expect(proof.watchedMs).toBeGreaterThanOrEqual(2_500);
  });

  it("stops a timer that would start it, too", async ({ stage }) => {
    const triggers = ["openclaw-watch.timer"];
    await define(stage, { ...userUnit, triggers });
    const proof = await stop(stage);
    expect(proof).toMatchObject({ state: "down", services: [{ triggers }] });
  });

  it("leaves detached children of a unit with KillMode=process no chance either", async ({ stage }) => {
    await define(stage, { ...userUnit, killMode: "process" }, "children=exec-child");
    const child = await childNamed(stage, "exec-child");
    const proof = await stop(stage);
    expect(proof.state).toBe("down");
    expect(endings(proof)).toMatchObject({ "openclaw-gatewa": "service", "exec-child": "SIGTERM" });
    expect(isAlive(child)).toBe(false);
  });

  it("reports a refusal with the command and signals nothing", async ({ stage }) => {
    const pid = await define(stage, { ...userUnit, manager: "systemd-system", denied: true });
    const proof = await stop(stage);
    expect(proof.state).toBe("denied");
    expect(proof.reason).toMatch(
      /Interactive authentication required.*Run: (?:sudo )?systemctl stop openclaw-gateway\.service/,
    );
    expect(isAlive(pid)).toBe(true);
    expect(stage.journal.map(({ what }) => what)).not.toContain("signal");
  });

  it("fails, naming the pause, when the unit's manager cannot be reached and it comes back", async ({
    stage,
  }) => {
    const pid = await define(stage, userUnit);
    const away = await openStage({ running: false });
    try {
      // The same gateway, through a systemctl that finds no bus.
      const proof = await stopGateway(slowed(away.host), { ...stage.request, limits: quick });
      expect(proof.state).toBe("back");
      expect(proof.warnings.join()).toContain("Failed to connect to bus");
      expect(isAlive(pid)).toBe(false);
    } finally {
      await away.close();
    }
  });

  it("unloads and disables a launch agent", async ({ stage }) => {
    const file = "/Users/user/Library/LaunchAgents/ai.openclaw.gateway.plist";
    const pid = await define(stage, {
      manager: "launchd",
      name: "ai.openclaw.gateway",
      restartMs: 300,
      file,
    });
    const proof = await stop(stage);
    const uid = stage.host.facts.uid;
    expect(proof).toMatchObject({
      state: "down",
      processes: [{ pid, endedBy: "service" }],
      inverse: [
        { how: `launchctl enable gui/${uid}/ai.openclaw.gateway && launchctl bootstrap gui/${uid} ${file}` },
      ],
    });
  });

  it("kills what a launch agent's bootout does not end in time", async ({ stage }) => {
    const pid = await define(
      stage,
      { manager: "launchd", name: "ai.openclaw.gateway", restartMs: 300 },
      "term=ignore",
    );
    expect(await stop(stage, short)).toMatchObject({
      state: "down",
      processes: [{ pid, endedBy: "SIGKILL" }],
    });
  });

  for (const manager of ["docker", "podman"] as const) {
    it(`stops a ${manager} container and takes its restart policy away`, async ({ stage }) => {
      await define(stage, { manager, name: "openclaw", restartMs: 100, policy: "unless-stopped" });
      const proof = await stop(stage);
      expect(proof).toMatchObject({ state: "down", services: [{ manager, policy: "unless-stopped" }] });
      expect(await stage.manager.calls()).toContain(`${manager} stop -t 120 openclaw`);
      expect(proof.inverse[0]?.how).toMatch(
        /update --restart=unless-stopped openclaw && (?:sudo )?(?:docker|podman) start openclaw$/,
      );
    });
  }

  it("warns when stopping a container throws its files away", async ({ stage }) => {
    await define(stage, {
      manager: "docker",
      name: "openclaw",
      restartMs: 100,
      policy: "no",
      autoRemove: true,
    });
    const proof = await stop(stage);
    expect(proof.state).toBe("down");
    expect(proof.warnings.join()).toContain("started with --rm");
  });
});
