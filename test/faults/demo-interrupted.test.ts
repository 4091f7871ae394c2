import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  linesOf,
  noProcessLeft,
  place,
  processesOf,
  snapshot,
  start,
  type Ran,
} from "../demo/demonstration.ts";

/** Where the run is when it is interrupted: in the middle of a step of which this is the first line. */
const started = (id: string): string => `"id":"${id}"`;
const patienceMs = 600_000;

/** On a busy machine a signal may come when what it was to interrupt is over: then the run has ended as it should, and counts for nothing. */
async function untilMet(attempt: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) if (await attempt()) return;
  expect.fail("no signal ever came in time");
}

describe.skipIf(process.platform !== "linux")("a demonstration that is interrupted", () => {
  it.each([
    ["before the gateway is stopped", "volatile/capture"],
    ["while the gateway is stopped", "contain/stop-gateway"],
    ["while the gateway is started again", "recover/start-gateway"],
  ])("by Ctrl-C %s ends with 130, an intact case and no process", async (_when, step) => {
    await untilMet(async () => {
      const at = await place();
      const before = await snapshot(at.home);
      const running = start(["token-compromised", "--demo", "--json"], at.env);
      await running.says(started(step));
      running.signal("SIGINT");
      const ran = await running.ended;
      const root = await at.root();
      await noProcessLeft(root);
      expect(await snapshot(at.home)).toEqual(before);
      await verified(join(root, "claw-ir"), at.env);
      const last = linesOf(ran.stdout).at(-1);
      if (last?.["type"] === "summary") return false;
      expect(ran.exit, ran.stderr).toBe(130);
      expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: "cancelled", exit: 130 } });
      expect(last).toMatchObject({ type: "step", state: "failed" });
      return last?.["id"] === step;
    });
  });

  it("while it is prepared leaves neither a process nor a folder", async () => {
    await untilMet(async () => {
      const at = await place();
      const running = start(["token-compromised", "--demo", "--json"], at.env);
      await expect.poll(() => readdir(at.tmp), { timeout: patienceMs, interval: 10 }).not.toEqual([]);
      running.signal("SIGINT");
      const ran = await running.ended;
      await noProcessLeft(at.tmp);
      if (ran.stdout !== "") return false;
      expect(ran.exit, ran.stderr).toBe(130);
      await expect.poll(() => readdir(at.tmp), { timeout: patienceMs }).toEqual([]);
      return true;
    });
  });

  it("by kill -9 leaves no process either, and a case that verifies", async () => {
    const at = await place();
    const running = start(["token-compromised", "--demo", "--json"], at.env);
    await running.says(started("volatile/capture"));
    const root = await at.root();
    expect(await processesOf(root)).not.toEqual([]);
    running.signal("SIGKILL");
    expect((await running.ended).exit).toBeNull();
    await noProcessLeft(root);
    await verified(join(root, "claw-ir"), at.env);
  });

  it("says on a screen how to look at it, how to remove it, and that it is over", async () => {
    const at = await place();
    const running = start(["token-compromised", "--demo", "--no-color"], at.env);
    // Without --json everything but the outcome goes to stderr.
    const root = await expect
      .poll(() => at.root(), { timeout: patienceMs, interval: 50 })
      .toBeTruthy()
      .then(() => at.root());
    await expect
      .poll(() => readdir(join(root, "claw-ir/cases")).catch(() => []), { timeout: patienceMs, interval: 20 })
      .not.toEqual([]);
    running.signal("SIGINT");
    const { exit, stderr } = await running.ended;
    expect(exit, stderr).toBe(130);
    expect(stderr).toContain(`claw-ir case show --data-dir ${root}/claw-ir`);
    expect(stderr).toContain(`rm -r ${root}`);
    expect(stderr).toContain("claw-ir: cancelled\n  the demonstration has ended");
    expect(stderr).not.toContain("resume");
    await noProcessLeft(root);
    const shown = await start(["case", "show", "--data-dir", join(root, "claw-ir")], at.env).ended;
    expect(shown.exit, shown.stderr).toBe(0);
    expect(shown.stdout).toContain("The gateway token is compromised");
  });

  it("is not carried on with on the user's own state", async () => {
    const at = await place();
    const running = start(["token-compromised", "--demo", "--json"], at.env);
    await running.says(started("volatile/capture"));
    running.signal("SIGINT");
    await running.ended;
    const dataDir = join(await at.root(), "claw-ir");
    const before = await snapshot(at.home);
    const { exit, stderr } = await start(["resume", "--json", "--data-dir", dataDir], at.env).ended;
    expect(exit, stderr).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "other-target" } });
    expect(await snapshot(at.home)).toEqual(before);
  });

  it("leaves nothing at all after a dry run", async () => {
    const at = await place();
    const { exit, stdout } = await start(["key-compromised", "--demo", "--dry-run", "--json"], at.env).ended;
    expect(exit).toBe(0);
    expect(linesOf(stdout).at(-1)).toMatchObject({ type: "summary", case: null });
    await noProcessLeft(at.tmp);
    expect(await readdir(at.tmp)).toEqual([]);
  });
});

async function verified(dataDir: string, env: Parameters<typeof start>[1]): Promise<Ran> {
  const ran = await start(["case", "verify", "--json", "--data-dir", dataDir], env).ended;
  expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({ verdict: "intact" });
  return ran;
}
