import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it as base } from "vitest";
import { stopGateway } from "../../src/contain/index.ts";
import type { Host } from "../../src/host/host.ts";
import { howItRan } from "../../src/openclaw/how-it-ran.ts";
import type { HowItRan, ServiceUnit, StoppedService } from "../../src/openclaw/types.ts";
import { startGateway, storedHowItRan, storedServices } from "../../src/recover/index.ts";
import type { StartProof, StartRequest } from "../../src/recover/index.ts";
import type { Service } from "../support/service-stand-ins/index.ts";
import { isAlive, openStage, type Stage } from "../support/service-stand-ins/stage.ts";

/** Each test has a stage of its own, so that the waiting is done side by side. */
const it = base.extend<{ stage: Stage }>({
  // vitest reads the pattern to know what the fixture needs: nothing.
  stage: async ({}, use) => {
    const stage = await openStage();
    await use(stage);
    await stage.close();
  },
});

const quick = { termMs: 120_000, killMs: 120_000, childMs: 120_000, watchMs: 500 };
const limits = { readyMs: 600_000, pollMs: 100 };

function start(stage: Stage, more: Partial<StartRequest> = {}, host: Host = stage.host): Promise<StartProof> {
  return startGateway(host, {
    ...stage.request,
    installation: stage.installation,
    stoppedServices: [],
    logFile: join(stage.folder, "case", "gateway.log"),
    limits,
    ...more,
  });
}

/** The time for a start is over as soon as the gateway has answered: however long that took, it was not ready. */
function overOnceItAnswers(host: Host): Host {
  let answered = false;
  return {
    ...host,
    http: {
      ...host.http,
      request: async (request) => {
        const answer = await host.http.request(request);
        if (answer.ok) answered = true;
        return answer;
      },
    },
    clock: { ...host.clock, monotonic: () => (answered ? limits.readyMs : 0) },
  };
}

/** A program `openclaw` that ends as the stand-in gateway; the stage's mark sees to its end. */
async function install(stage: Stage, ...wishes: readonly string[]): Promise<string> {
  const bin = join(stage.folder, "bin");
  await mkdir(bin);
  const words = stage.gateway(...wishes).map((word) => `'${word}'`);
  const text = `#!/bin/sh\necho "asked for $*"\nCLAW_STAGE='${stage.mark}' exec ${words.join(" ")}\n`;
  await writeFile(join(bin, "openclaw"), text);
  await chmod(join(bin, "openclaw"), 0o755);
  return join(bin, "openclaw");
}

/** Stops what runs, and hands over what the stop recorded, through JSON as the case does. */
async function stopAndTell(
  stage: Stage,
): Promise<{ services: readonly StoppedService[]; ran: HowItRan | undefined }> {
  const ran = howItRan(await stage.locate());
  const proof = await stopGateway(stage.host, { ...stage.request, limits: quick });
  expect(proof.state).toBe("down");
  return {
    services: storedServices(JSON.parse(JSON.stringify(proof.services))),
    ran: storedHowItRan(JSON.parse(JSON.stringify(ran))),
  };
}

describe.runIf(process.platform === "linux")("starting real processes", { concurrent: true }, () => {
  it("starts a gateway in the foreground and shows that it is the one that answers", async ({ stage }) => {
    const openclaw = await install(stage, "ready=800");
    const proof = await start(stage, { openclaw });
    expect(proof).toMatchObject({ state: "ready", warnings: [] });
    expect(proof.readyMs).toBeGreaterThanOrEqual(800);
    expect(isAlive(proof.pid ?? 0)).toBe(true);
    const [main] = (await stage.locate()).processes;
    expect(main?.pid).toBe(proof.pid);
    const log = join(stage.folder, "case", "gateway.log");
    expect(await readFile(log, "utf8")).toBe("asked for gateway run\n");
    expect((await stat(log)).mode & 0o777).toBe(0o600);
    // Of claw-ir's and the old environment only what it needs.
    const names = (main?.environ ?? []).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["HOME", "PATH", "OPENCLAW_STATE_DIR"]));
    expect(names).not.toContain("CLAW_IR_TOOL_PATH");
  });

  it("says at once when it dies, with its last words", async ({ stage }) => {
    const openclaw = await install(stage, "fail=78");
    const proof = await start(stage, { openclaw });
    expect(proof.state).toBe("failed");
    expect(proof.reason).toContain("config invalid: gateway.bind");
  });

  it("says when it runs and is not ready in time, and leaves it running", async ({ stage }) => {
    const openclaw = await install(stage, "ready=600000");
    const proof = await start(stage, { openclaw }, overOnceItAnswers(stage.host));
    expect(proof.state).toBe("started-not-ready");
    expect(proof.reason).toContain("failing: channels");
    expect(isAlive(proof.pid ?? 0)).toBe(true);
  });

  it("remembers before the stop how it ran, though the title hides its arguments", async ({ stage }) => {
    stage.start(stage.gateway());
    await stage.up();
    const { ran } = await stopAndTell(stage);
    expect(ran).toMatchObject({
      port: stage.port,
      uid: stage.host.facts.uid,
      exe: expect.stringContaining("node") as string,
    });
    expect(ran?.argv[0]).toContain("openclaw-gateway");
    expect(ran?.env["PATH"]).toBe(process.env["PATH"]);
    expect(ran?.envNames).toContain("CLAW_STAGE");
    expect(JSON.stringify(ran)).not.toContain(stage.mark);
  });
});

async function define(stage: Stage, service: Omit<Service, "argv">): Promise<number> {
  const whole: Service = { ...service, argv: stage.gateway() };
  const pid = await stage.define(whole);
  const { manager, name, restartMs, file } = whole;
  const unit: ServiceUnit = {
    manager,
    name,
    restartMs,
    active: true,
    ...(file === undefined ? {} : { file }),
  };
  stage.services.push(unit);
  expect(await stage.up()).toBe(pid);
  return pid;
}

describe.runIf(process.platform === "linux")(
  "stop and start through the same manager",
  { concurrent: true },
  () => {
    const services: readonly Omit<Service, "argv">[] = [
      {
        manager: "systemd-user",
        name: "openclaw-gateway.service",
        restartMs: 300,
        file: "/home/u/.config/systemd/user/a.service",
      },
      {
        manager: "systemd-system",
        name: "openclaw@u.service",
        restartMs: 300,
        file: "/usr/lib/systemd/system/openclaw@.service",
      },
      {
        manager: "launchd",
        name: "ai.openclaw.gateway",
        restartMs: 300,
        file: "/Users/u/Library/LaunchAgents/ai.openclaw.gateway.plist",
      },
      { manager: "docker", name: "openclaw", restartMs: 100, policy: "unless-stopped" },
      { manager: "podman", name: "openclaw", restartMs: 100, policy: "always" },
    ];

    for (const service of services)
      it(`with ${service.manager}`, async ({ stage }) => {
        const first = await define(stage, service);
        const stopped = await stopAndTell(stage);
        expect(isAlive(first)).toBe(false);
        const proof = await start(stage, { stoppedServices: stopped.services });
        expect(proof).toMatchObject({ state: "ready" });
        expect(proof.pid).not.toBe(first);
        // It is supervised as before: what dies comes back.
        process.kill(proof.pid ?? 0, "SIGKILL");
        expect(await stage.up(proof.pid)).not.toBe(proof.pid);
      });

    it("says what to do when the container went with its stop", async ({ stage }) => {
      await define(stage, {
        manager: "docker",
        name: "openclaw",
        restartMs: 100,
        policy: "no",
        autoRemove: true,
      });
      const { services: stopped } = await stopAndTell(stage);
      const proof = await start(stage, { stoppedServices: stopped });
      expect(proof.state).toBe("failed");
      expect(proof.reason).toMatch(/No such container: openclaw.*Try: .*docker start openclaw/);
    });
  },
);
