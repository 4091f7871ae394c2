/** The gateway of a drill: a stand-in that behaves like OpenClaw's, started for real and proven gone. */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.ts";
import { runDrill } from "../../src/recover/index.ts";
import { isAlive, until } from "../support/service-stand-ins/stage.ts";
import { left, link, place, processesOf, requestOf, sealed, standIn, textOf } from "./drilling.ts";

const limits = { readyMs: 600_000, pollMs: 50, termMs: 1_000, killMs: 120_000 };

describe.runIf(process.platform === "linux")("the gateway of a drill", () => {
  test("gets ready on a copy that reaches nothing outside, and is gone", async () => {
    const at = place();
    const live = join(at.folder, "live-workspace");
    mkdirSync(live);
    writeFileSync(join(live, "precious.txt"), "FAKE");
    link(at, "outside", live);
    link(at, "inside", "/home/claw/.openclaw/workspace");
    const { openclaw, seen } = standIn(at, "children=helper");
    const request = await requestOf(at, {
      ...(await sealed(at)),
      gateway: { start: true, openclaw },
      limits,
    });
    const { result } = await runDrill(at.host, request);
    expect(result.problems).toEqual([]);
    expect(result).toMatchObject({ verdict: "pass", exit: 0, gateway: { started: true, ready: true } });
    const told = seen();
    // Loopback, another port, nothing that talks to the world.
    expect(told).toMatch(/^args: gateway run --port \d+ --bind loopback --tailscale off$/m);
    expect(told).toMatch(/"bind":\s*"loopback"/);
    expect(told).not.toMatch(/"port":\s*18789/);
    expect(told).toMatch(/"telegram":\s*\{\s*"enabled":\s*false/);
    expect(told).toMatch(/"hooks":\s*\{\s*"enabled":\s*false/);
    expect(told).toMatch(/"cron":\s*\{\s*"enabled":\s*false/);
    expect(told).toMatch(/"every":\s*"0m"/);
    expect(told).toMatch(/"tailscale":\s*\{\s*"mode":\s*"off"/);
    for (const name of ["SKIP_CHANNELS", "SKIP_CRON", "DISABLE_BONJOUR", "NO_AUTO_UPDATE"])
      expect(told).toContain(`OPENCLAW_${name}=1\n`);
    // Paths of the host lead into the copy; links out of it are gone.
    expect(told).toMatch(/"workspace":\s*"[^"]*\/restored\/home\/claw\/\.openclaw\/workspace"/);
    expect(told).toContain("inside -> workspace");
    expect(told).not.toContain("live-workspace");
    // Nothing of the operator's environment; what the config wants of it is a placeholder.
    expect(told).not.toContain("FAKE-do-not-hand-on");
    expect(told).toMatch(/^MOCK_FAKE_KEY=claw-ir-drill-[0-9a-f]{32}$/m);
    expect(told).not.toMatch(/^KNOWN_URL=/m);
    expect(told).toMatch(/"key":\s*"claw-ir-drill-[0-9a-f]{32}"/);
    for (const name of ["HOME", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "OPENCLAW_STATE_DIR"])
      expect(told).toMatch(new RegExp(`^${name}=.*/data/scratch-drill-`, "m"));
    const notes = result.notes.join(" ");
    expect(notes).toContain("MOCK_FAKE_KEY");
    expect(notes).toContain("exec:vault:search/key");
    expect(readdirSync(live)).toEqual(["precious.txt"]);
    expect(left(at)).toEqual([]);
    expect(processesOf(at.folder)).toEqual([]);
  });

  test("one that never gets ready and hears no SIGTERM fails the drill, and is gone with its children", async () => {
    const at = place();
    const { openclaw } = standIn(at, "ready=600000", "term=ignore", "children=deaf-helper");
    const request = await requestOf(at, {
      ...(await sealed(at)),
      gateway: { start: true, openclaw },
      limits: { ...limits, readyMs: 4_000, termMs: 300 },
    });
    const { result } = await runDrill(at.host, request);
    expect(result).toMatchObject({ verdict: "fail", exit: 1, gateway: { started: true, ready: false } });
    expect(result.problems.join(" ")).toContain("it was not ready in time");
    expect(left(at)).toEqual([]);
    expect(processesOf(at.folder)).toEqual([]);
  });

  test("one that ends at once is told with its last words", async () => {
    const at = place();
    const { openclaw } = standIn(at, "fail=78");
    const request = await requestOf(at, {
      ...(await sealed(at)),
      gateway: { start: true, openclaw },
      limits,
    });
    const { result } = await runDrill(at.host, request);
    expect(result).toMatchObject({ verdict: "fail", exit: 1, gateway: { ready: false } });
    expect(result.problems.join(" ")).toContain("config invalid: gateway.bind");
  });

  test("a program that is not there is wrong use where it was named", async () => {
    const at = place();
    const gateway = { start: true, openclaw: join(at.folder, "nowhere") } as const;
    const request = await requestOf(at, { ...(await sealed(at)), gateway });
    await expect(runDrill(at.host, request)).rejects.toMatchObject({ exit: "usage", code: "no-program" });
    expect(left(at)).toEqual([]);
  });

  test("Ctrl-C while it starts: the gateway is ended, nothing is left", async () => {
    const at = place();
    const controller = new AbortController();
    const aborted = (): Promise<never> => Promise.reject(new Error("aborted"));
    const host: Host = {
      ...at.host,
      signal: controller.signal,
      clock: {
        ...at.host.clock,
        sleep: (ms) => (controller.signal.aborted ? aborted() : at.host.clock.sleep(ms)),
      },
    };
    const { openclaw, seen } = standIn(at, "ready=600000", "term=ignore", "children=deaf-helper");
    const request = await requestOf(at, {
      ...(await sealed(at)),
      gateway: { start: true, openclaw },
      limits,
    });
    const drill = runDrill(host, request).catch((error: unknown) => error);
    await until("the gateway", () => (seen() === "" ? undefined : true));
    expect(processesOf(at.folder).length).toBeGreaterThan(1);
    controller.abort();
    expect(await drill).toBeInstanceOf(Error);
    expect(readdirSync(at.dataDir)).toEqual([]);
    expect(processesOf(at.folder)).toEqual([]);
  });
});

const child = fileURLToPath(new URL("./drill-child.ts", import.meta.url));

/** A claw-ir that drills until its gateway runs, which never gets ready. */
async function drilling(
  at: ReturnType<typeof place>,
): Promise<{ readonly pid: number; readonly scratch: string }> {
  const { archive, unlock } = await sealed(at);
  const { openclaw, seen } = standIn(at, "ready=600000", "children=helper");
  const flags = ["--no-warnings", "--experimental-strip-types"];
  const claw = spawn(
    process.execPath,
    [...flags, child, at.dataDir, archive, "privateKey" in unlock ? unlock.privateKey : "", openclaw],
    {
      stdio: "ignore",
    },
  );
  await until("the gateway", () => (seen() === "" ? undefined : true));
  const name = await until("the scratch folder", () => left(at)[0]);
  await until("the record of the gateway", () =>
    readFileSync(join(at.dataDir, name, "drill.json"), "utf8").includes('"gateway"') ? true : undefined,
  );
  return { pid: claw.pid ?? 0, scratch: join(at.dataDir, name) };
}

describe.runIf(process.platform === "linux")("kill -9 of claw-ir", () => {
  test("the keeper ends the gateway and removes every trace", async () => {
    const at = place();
    const { pid } = await drilling(at);
    // The gateway, its helper, and the keeper.
    const family = await until("the family", () => {
      const pids = processesOf(at.folder);
      return pids.length < 3 ? undefined : pids;
    });
    process.kill(pid, "SIGKILL");
    await until("nothing is left", () =>
      left(at).length === 0 && processesOf(at.folder).length === 0 ? true : undefined,
    );
    expect(family.filter(isAlive)).toEqual([]);
  });

  test("where the keeper was killed, too, the next drill cleans up", async () => {
    const at = place();
    const { pid, scratch } = await drilling(at);
    const keeper = processesOf(at.folder).filter((one) => textOf(`/proc/${one}/cmdline`).includes("keeper"));
    expect(keeper).toHaveLength(1);
    process.kill(keeper[0] ?? 0, "SIGKILL");
    process.kill(pid, "SIGKILL");
    await until("claw-ir is gone", () => (isAlive(pid) ? undefined : true));
    expect(left(at)).toHaveLength(1);
    const again = place();
    const { result } = await runDrill(
      again.host,
      await requestOf({ ...again, dataDir: at.dataDir }, await sealed(again)),
    );
    expect(result.notes.join(" ")).toContain(
      `Removed what an earlier drill left behind when it was killed: ${scratch}`,
    );
    expect(left(at)).toEqual([]);
    expect(processesOf(at.folder)).toEqual([]);
  });

  test("a drill that another claw-ir is at is left alone", async () => {
    const at = place();
    const { pid, scratch } = await drilling(at);
    const again = place();
    const { result } = await runDrill(
      again.host,
      await requestOf({ ...again, dataDir: at.dataDir }, await sealed(again)),
    );
    expect(result.verdict).toBe("pass");
    expect(left(at).map((name) => join(at.dataDir, name))).toEqual([scratch]);
    process.kill(pid, "SIGKILL");
    await until("nothing is left", () =>
      processesOf(at.folder).length === 0 && left(at).length === 0 ? true : undefined,
    );
  });
});
