import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { state as ofState } from "../../src/collectors/state/index.ts";
import type { Artifact } from "../../src/model/evidence.ts";
import { setting, type Setting } from "./setting.ts";

/** Every fake secret of the state; none may be in what is kept. */
const fakes = [
  "gt-old-FAKE-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  "sk-mock-FAKE-0000000000000000",
  "123456:FAKE-telegram-token-aaaaaaaaaaaaaaaa",
];

describe("the real state of OpenClaw 2026.9.6", () => {
  let here: Setting;
  const artifacts = new Map<string, Artifact>();

  beforeAll(async () => {
    here = await setting({ state: true });
    const { records } = (await here.sources.state?.credentials()) ?? { records: [] };
    for (const { secret } of records) {
      if (secret === undefined) continue;
      here.kase.redactor.learn(secret);
      if (secret.reveal().length >= 8) fakes.push(secret.reveal());
    }
    for (const one of ofState) {
      artifacts.set(one.id, await here.run(one));
    }
  });
  afterAll(() => here.end());

  it("reads every kind of record from the disk", () => {
    const bad = [...artifacts.values()].filter((one) => one.outcome !== "ok");
    expect(bad.map(({ id, outcome, reason }) => ({ id, outcome, reason }))).toEqual([]);
    const count = (id: string): number => artifacts.get(id)?.records ?? 0;
    expect(count("devices")).toBe(4);
    expect(count("cron-jobs")).toBe(5);
    expect(count("cron-runs")).toBe(1);
    expect(count("sessions")).toBeGreaterThanOrEqual(2);
    expect(count("tool-calls")).toBeGreaterThanOrEqual(2);
    expect(count("config-writes")).toBeGreaterThanOrEqual(7);
    expect(count("credentials")).toBeGreaterThanOrEqual(5);
    expect(count("skills")).toBeGreaterThanOrEqual(1);
    expect(count("tasks")).toBe(8);
    expect(count("extensions")).toBe(64);
    expect(count("memory")).toBe(15);
    expect(count("operations")).toBe(2);
    expect(count("trajectories")).toBe(46);
  });

  it("keeps no secret in the clear", async () => {
    expect(fakes.length).toBeGreaterThan(8);
    for (const artifact of artifacts.values()) {
      if (artifact.file === undefined) continue;
      const text = await here.fake.host.fs.readText(join(here.kase.info.path, artifact.file));
      expect(fakes.filter((secret) => text.includes(secret))).toEqual([]);
    }
  });

  it("keeps marks of device tokens and of the config's secrets", async () => {
    const read = async (id: string): Promise<string> =>
      JSON.stringify(await here.lines(artifacts.get(id) ?? expect.fail(id)));
    expect(await read("devices")).toMatch(/"mark":\{"fingerprint":"fp:[0-9a-f]{12}"/);
    expect(await read("config")).toMatch(
      /\{"key":"gateway\.auth\.token","value":"fp:[0-9a-f]{12} \(44 characters\)","secret":true/,
    );
  });
});
