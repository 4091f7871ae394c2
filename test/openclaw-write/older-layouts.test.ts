/** What is written where earlier layouts keep it: devices, jobs, identity and secrets in JSON files of the state dir. */
import { chmod, mkdir, readFile, rename, rm, stat, symlink, truncate } from "node:fs/promises";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { at } from "../../src/model/json.ts";
import { Secret } from "../../src/model/secret.ts";
import {
  forgetIdentity,
  placeSecret,
  removeDevices,
  rotateGatewayToken,
  switchOffJobs,
  switchOn,
} from "../../src/openclaw/write/index.ts";
import { mark, stateHost, type Release, type StateHost } from "./state.ts";

let state: StateHost | undefined;
afterEach(async () => {
  await state?.cleanup();
  state = undefined;
});
async function started(release: Release = "2026.2.26"): Promise<StateHost> {
  state = await stateHost({}, release);
  return state;
}
async function textOf(host: StateHost, name: string): Promise<string> {
  return readFile(host.path(`~/.openclaw/${name}`), "utf8");
}
async function keysOf(host: StateHost, name: string): Promise<readonly string[]> {
  return Object.keys(JSON.parse(await textOf(host, name)) as object);
}
const remove = (host: StateHost, ids: readonly string[] | "all") =>
  removeDevices(host.host, host.installation, ids, host.root);

describe("removing devices", () => {
  test.each(["2026.2.26", "2026.6.11"] as const)(
    "of %s: one goes, every other byte stays",
    async (release) => {
      const host = await started(release);
      const before = await textOf(host, "devices/paired.json");
      const [, middle = "", last = ""] = await keysOf(host, "devices/paired.json");
      const done = await remove(host, [middle, "not-there"]);
      expect(done).toMatchObject({ paired: [middle], notFound: ["not-there"], notWritten: [] });
      expect(done.remaining).toHaveLength((await keysOf(host, "devices/paired.json")).length);
      expect(done.changed).toEqual([{ path: host.path("~/.openclaw/devices/paired.json"), locator: middle }]);
      const [from, to] = [before.indexOf(`\n  "${middle}"`), before.indexOf(`\n  "${last}"`)];
      expect(await textOf(host, "devices/paired.json")).toBe(before.slice(0, from) + before.slice(to));
    },
  );

  test("all means every file, setup tokens too, and mode stays", async () => {
    const host = await started("2026.6.11");
    await chmod(host.path("~/.openclaw/devices/paired.json"), 0o640);
    await host.put(
      "~/.openclaw/devices/bootstrap.json",
      JSON.stringify({ FAKEtoken: { token: "FAKEtoken", ts: 1 } }),
    );
    const done = await remove(host, "all");
    expect([done.pending.length, done.bootstrapTokens, done.remaining, done.notWritten]).toEqual([
      2,
      1,
      [],
      [],
    ]);
    for (const name of [
      "devices/paired",
      "devices/pending",
      "nodes/paired",
      "nodes/pending",
      "devices/bootstrap",
    ])
      expect(await keysOf(host, `${name}.json`)).toEqual([]);
    expect((await stat(host.path("~/.openclaw/devices/paired.json"))).mode & 0o777).toBe(0o640);
    expect(JSON.stringify(done)).not.toContain("FAKE");
  });

  test("a node goes with its device, by the key or by the id inside", async () => {
    const host = await started();
    const entry = (id: object): string =>
      JSON.stringify({ one: { ...id, token: "FAKE-node-token" }, two: {} });
    await host.put("~/.openclaw/nodes/paired.json", entry({ nodeId: "n1" }));
    expect((await remove(host, ["n1"])).paired).toEqual(["n1"]);
    expect(await keysOf(host, "nodes/paired.json")).toEqual(["two"]);
    await host.put("~/.openclaw/nodes/paired.json", entry({ nodeId: "n1" }));
    expect((await remove(host, ["one"])).paired).toEqual(["n1"]);
  });

  test("a file beside the tables of a later version goes as well: the gateway would take it over", async () => {
    const host = await started("2026.9.6");
    const planted = JSON.stringify({ d1: { deviceId: "d1", roles: ["operator"], tokens: {} } });
    await host.put("~/.openclaw/devices/paired.json", planted);
    const done = await remove(host, "all");
    expect(done.paired).toContain("d1");
    expect(done.paired).toHaveLength(4);
    expect(await keysOf(host, "devices/paired.json")).toEqual([]);
    expect(host.rows("SELECT count(*) AS n FROM device_pairing_paired")).toEqual([{ n: 0 }]);
  });

  test("where nothing is kept nothing is said to be removed", async () => {
    const host = await started();
    await rm(host.path("~/.openclaw/devices"), { recursive: true });
    expect(await remove(host, ["x"])).toMatchObject({ paired: [], changed: [], notFound: ["x"] });
  });
});

describe("something else in place of the file", () => {
  const paired = "~/.openclaw/devices/paired.json";
  const plants: readonly (readonly [string, string, (host: StateHost) => Promise<unknown>])[] = [
    ["a list", "no JSON object", (host) => host.put(paired, "[1]")],
    ["half a file", "no JSON object", (host) => host.put(paired, '{"a":{"deviceId":')],
    ["deep nesting", "no JSON object", (host) => host.put(paired, `{"a":${"[".repeat(9999)}`)],
    [
      "bytes that are no text",
      "not valid UTF-8",
      (host) => host.put(paired, Buffer.from([0x7b, 0xff, 0x7d])),
    ],
    ["a huge file", "larger than", (host) => truncate(host.path(paired), 1_000_000_000)],
    [
      "a folder",
      "no file but a dir",
      async (host) => {
        await rm(host.path(paired));
        await mkdir(host.path(paired));
      },
    ],
    [
      "a link to another state",
      "reached through a link",
      async (host) => {
        await rename(host.path(paired), host.path("~/elsewhere.json"));
        await symlink(host.path("~/elsewhere.json"), host.path(paired));
      },
    ],
    [
      "a link to nothing",
      "reached through a link",
      async (host) => {
        await rm(host.path(paired));
        await symlink(host.path("~/nothing.json"), host.path(paired));
      },
    ],
    [
      "a folder that is a link",
      "reached through a link",
      async (host) => {
        await rename(host.path("~/.openclaw/devices"), host.path("~/moved"));
        await symlink(host.path("~/moved"), host.path("~/.openclaw/devices"));
      },
    ],
  ];

  test.each(plants)("%s is left alone and said", async (_name, reason, plant) => {
    const host = await started();
    await plant(host);
    const done = await remove(host, "all");
    expect(done.paired).toEqual([]);
    expect(done.notWritten.map(({ todo }) => todo).join()).toContain(reason);
    expect(done.changed.filter(({ path }) => path.endsWith("paired.json"))).toEqual([]);
  });

  test("of the jobs: nothing is switched, and the step fails", async () => {
    const host = await started();
    await host.put("~/.openclaw/cron/jobs.json", "[]");
    await expect(switchOffJobs(host.host, host.installation, ["x"])).rejects.toMatchObject({
      code: "no-json-object",
    });
  });

  test("no text makes the removal throw, or say that it removed what is still there", async () => {
    const host = await started();
    const text = await textOf(host, "devices/paired.json");
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length),
        fc.nat(40),
        fc.string({ maxLength: 20 }),
        async (from, cut, put) => {
          await host.put(paired, text.slice(0, from) + put + text.slice(from + cut));
          const done = await remove(host, "all");
          const left = JSON.parse(
            done.notWritten.length === 0 ? await textOf(host, "devices/paired.json") : "{}",
          ) as object;
          expect(Object.keys(left)).toEqual([]);
          expect(done.paired.length > 0 && done.notWritten.length > 0).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("jobs in a file", () => {
  const nightly = "4bc49f97-81f6-47b6-8ef2-eea914ace9ed";

  test("one is off and on again; only that and what is planned next change", async () => {
    const host = await started();
    await chmod(host.path("~/.openclaw/cron/jobs.json"), 0o644);
    const before = await textOf(host, "cron/jobs.json");
    const done = await switchOffJobs(host.host, host.installation, [nightly, "none"]);
    expect(done.items[0]).toMatchObject({
      what: "cron job nightly",
      how: `disabled in cron/jobs.json (${nightly})`,
      inverse: `openclaw cron enable ${nightly}`,
    });
    expect(done.skipped).toEqual([{ what: "cron job none", reason: "there is no such job" }]);
    const planned = /\n +"nextRunAtMs": 1795171065370,/;
    expect(before).toMatch(planned);
    const expected = before.replace(planned, "");
    expect(await textOf(host, "cron/jobs.json")).toBe(
      expected.replace('"enabled": true', '"enabled": false'),
    );
    expect((await stat(host.path("~/.openclaw/cron/jobs.json"))).mode & 0o777).toBe(0o644);
    await switchOn(host.host, host.installation, done.items[0]!);
    expect(await textOf(host, "cron/jobs.json")).toBe(expected);
  });

  test("one that does not say whether it is on is on", async () => {
    const host = await started();
    await host.put("~/.openclaw/cron/jobs.json", '{"version":1,"jobs":[{"id":"j"}]}');
    expect((await switchOffJobs(host.host, host.installation, ["j"])).items).toHaveLength(1);
    expect(at(JSON.parse(await textOf(host, "cron/jobs.json")), "jobs")).toEqual([
      { id: "j", enabled: false },
    ]);
    expect((await switchOffJobs(host.host, host.installation, ["j"])).skipped[0]?.reason).toBe("it is off");
  });

  test("what runs next is forgotten in the file of states, too", async () => {
    const host = await started();
    const entry = { updatedAtMs: 1, state: { nextRunAtMs: 5, lastRunAtMs: 4 } };
    await host.put(
      "~/.openclaw/cron/jobs-state.json",
      JSON.stringify({ version: 1, jobs: { [nightly]: entry } }),
    );
    await switchOffJobs(host.host, host.installation, [nightly]);
    expect(JSON.parse(await textOf(host, "cron/jobs-state.json"))).toEqual({
      version: 1,
      jobs: { [nightly]: { updatedAtMs: 1, state: { lastRunAtMs: 4 } } },
    });
  });

  test("in a table of 2026.6 the column of the next run is emptied as well", async () => {
    const host = await started("2026.6.11");
    const [row] = host.rows("SELECT job_id FROM cron_jobs WHERE name = 'nightly'");
    await switchOffJobs(host.host, host.installation, [String(row?.["job_id"])]);
    expect(host.rows("SELECT enabled, next_run_at_ms FROM cron_jobs WHERE name = 'nightly'")).toEqual([
      { enabled: 0, next_run_at_ms: null },
    ]);
  });

  test("thousands of jobs of one id in a large file are refused, not edited for hours", async () => {
    const host = await started();
    const many = Array.from({ length: 20_000 }, () => ({ id: "j", enabled: true, name: "x".repeat(20) }));
    await host.put("~/.openclaw/cron/jobs.json", JSON.stringify({ version: 1, jobs: many }));
    await expect(switchOffJobs(host.host, host.installation, ["j"])).rejects.toMatchObject({
      code: "edit-not-safe",
    });
  });
});

describe("secrets and identity in files", () => {
  test("the identity goes, and a second time there is none", async () => {
    const host = await started();
    const id = String(at(JSON.parse(await textOf(host, "identity/device.json")), "deviceId"));
    expect(await forgetIdentity(host.host, host.installation)).toMatchObject({ before: id });
    expect((await forgetIdentity(host.host, host.installation)).changed).toEqual([]);
  });

  test("the token of the approvals' socket is replaced, and nothing else in the file", async () => {
    const host = await started();
    const before = await textOf(host, "exec-approvals.json");
    const old = String(at(JSON.parse(before), "socket", "token"));
    const credential = {
      ...({ id: "s", kind: "socket-token", provider: "openclaw", label: "socket", live: true } as const),
      secret: new Secret(old),
      place: { path: "x" },
    };
    const next = new Secret("FAKE-socket-token-0123456789");
    await placeSecret(host.host, host.installation, credential, next, mark);
    expect(await textOf(host, "exec-approvals.json")).toBe(before.replace(old, next.reveal()));
  });

  test("clawdbot's config and the old name of the token's variable", async () => {
    const host = await started();
    await rm(host.path("~/.openclaw"), { recursive: true });
    await host.put("~/.clawdbot/clawdbot.json", '{ gateway: { mode: "local" } }');
    await host.put("~/.clawdbot/agents/main/sessions/sessions.json", "{}");
    await host.put("~/.clawdbot/.env", "CLAWDBOT_GATEWAY_TOKEN=FAKE-old-gateway-token-1234\n");
    const done = await rotateGatewayToken(host.host, await host.again(), mark);
    expect(done.old?.reveal()).toBe("FAKE-old-gateway-token-1234");
    expect(await readFile(host.path("~/.clawdbot/.env"), "utf8")).toBe(
      `CLAWDBOT_GATEWAY_TOKEN=${done.next.reveal()}\n`,
    );
    expect(await readFile(host.path("~/.clawdbot/clawdbot.json"), "utf8")).toContain(done.next.reveal());
  });
});
