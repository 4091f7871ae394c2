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

describe.skipIf(process.platform !== "linux")("a demonstration that is interrupted", () => {
  it.each([
    ["before the gateway is stopped", "volatile/capture"],
    ["while the gateway is stopped", "contain/stop-gateway"],
    ["while the gateway is started again", "recover/start-gateway"],
  ])(
    "by Ctrl-C %s ends with 130, an intact case and no process",
    async (_when, step) => {
      const at = await place();
      const before = await snapshot(at.home);
      const running = start(["token-compromised", "--demo", "--json"], at.env);
      await running.says(started(step));
      running.signal("SIGINT");
      const ran = await running.ended;
      expect(ran.exit, ran.stderr).toBe(130);
      expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: "cancelled", exit: 130 } });
      const root = await at.root();
      await noProcessLeft(root);
      expect(await snapshot(at.home)).toEqual(before);
      expect(linesOf(ran.stdout).at(-1)).toMatchObject({ type: "step", id: step, state: "failed" });
      await verified(join(root, "claw-ir"), at.env);
    },
    120_000,
  );

  it("while it is prepared leaves neither a process nor a folder", async () => {
    const at = await place();
    const running = start(["token-compromised", "--demo", "--json"], at.env);
    await expect.poll(() => readdir(at.tmp), { timeout: 20_000, interval: 10 }).not.toEqual([]);
    running.signal("SIGINT");
    const ran = await running.ended;
    expect(ran.exit, ran.stderr).toBe(130);
    await noProcessLeft(at.tmp);
    await expect.poll(() => readdir(at.tmp)).toEqual([]);
  }, 120_000);

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
  }, 120_000);

  it("says on a screen how to look at it, how to remove it, and that it is over", async () => {
    const at = await place();
    const running = start(["token-compromised", "--demo", "--no-color"], at.env);
    // Without --json everything but the outcome goes to stderr.
    const root = await expect
      .poll(() => at.root(), { timeout: 20_000, interval: 50 })
      .toBeTruthy()
      .then(() => at.root());
    await expect
      .poll(() => readdir(join(root, "claw-ir/cases")).catch(() => []), { timeout: 20_000, interval: 20 })
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
  }, 120_000);

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
  }, 120_000);

  it("leaves nothing at all after a dry run", async () => {
    const at = await place();
    const { exit, stdout } = await start(["key-compromised", "--demo", "--dry-run", "--json"], at.env).ended;
    expect(exit).toBe(0);
    expect(linesOf(stdout).at(-1)).toMatchObject({ type: "summary", case: null });
    await noProcessLeft(at.tmp);
    expect(await readdir(at.tmp)).toEqual([]);
  }, 120_000);
});

async function verified(dataDir: string, env: Parameters<typeof start>[1]): Promise<Ran> {
  const ran = await start(["case", "verify", "--json", "--data-dir", dataDir], env).ended;
  expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({ verdict: "intact" });
  return ran;
}
