import { readFile } from "node:fs/promises";
import JSON5 from "json5";
import { afterEach, describe, expect, test } from "vitest";
import { at } from "../../src/model/json.ts";
import {
  forgetIdentity,
  removeDevices,
  switchOffChannels,
  switchOffHeartbeat,
  switchOffHooks,
  switchOffJobs,
  switchOffScheduler,
  switchOn,
} from "../../src/openclaw/write/index.ts";
import { stateHost } from "./state.ts";
import type { StateHost } from "./state.ts";

const stranger = "1b69be86420f51bb39ef46369de1c50f76076b9e2f73f4ea2f84e11c0ee4b539";
const strangerToken = "7e9C8Qzs7H7xsZEj9BUvGIRkslzbo-XCNdT-IUV7lAA";
const gtCommand = "ec06694f-1c5b-4fdd-bab1-d54420f4522e";
const managed = "b40f1fc0-4a63-4cd4-bece-94932f162595";

let state: StateHost | undefined;
afterEach(async () => {
  await state?.cleanup();
  state = undefined;
});
async function started(): Promise<StateHost> {
  state = await stateHost();
  return state;
}
async function config(host: StateHost): Promise<unknown> {
  return JSON5.parse<unknown>(await readFile(host.path("~/.openclaw/openclaw.json"), "utf8"));
}

describe("removing devices", () => {
  test("one goes with its token, the others stay, and its bytes leave the file", async () => {
    const host = await started();
    const done = await removeDevices(host.host, host.installation, [stranger, "not-there"], host.root);
    expect(done.paired).toEqual([stranger]);
    expect(done.notFound).toEqual(["not-there"]);
    expect(done.remaining).toHaveLength(2);
    expect(done.before).not.toBe(done.after);
    const names = host.rows("SELECT display_name FROM device_pairing_paired ORDER BY display_name");
    expect(names).toEqual([{ display_name: "node-a" }, { display_name: "op-laptop" }]);
    const bytes = await readFile(host.path("~/.openclaw/state/openclaw.sqlite"));
    expect(bytes.includes(strangerToken)).toBe(false);
    expect(await host.host.fs.stat(host.path("~/.openclaw/state/openclaw.sqlite-wal"))).toBeUndefined();
  });

  test("all means paired, pending, setup tokens and join codes", async () => {
    const host = await started();
    host.plant(`INSERT INTO device_bootstrap_tokens (token_key, token, ts, issued_at_ms) VALUES ('k', 'FAKE', 1, 1);
      INSERT INTO device_pairing_join_codes (shortcode) VALUES ('FAKE1')`);
    const done = await removeDevices(host.host, host.installation, "all", host.root);
    expect([done.paired.length, done.pending.length, done.bootstrapTokens, done.joinCodes]).toEqual([
      3, 1, 1, 1,
    ]);
    for (const table of ["paired", "pending"])
      expect(host.rows(`SELECT count(*) AS n FROM device_pairing_${table}`)).toEqual([{ n: 0 }]);
    expect(
      host.rows(
        "SELECT (SELECT count(*) FROM device_bootstrap_tokens) + (SELECT count(*) FROM device_pairing_join_codes) AS n",
      ),
    ).toEqual([{ n: 0 }]);
    expect(JSON.stringify(done)).not.toContain("FAKE");
  });

  test("a pending request of a device goes by the device's id", async () => {
    const host = await started();
    const [row] = host.rows("SELECT device_id FROM device_pairing_pending");
    const done = await removeDevices(host.host, host.installation, [String(row?.["device_id"])], host.root);
    expect([done.paired.length, done.pending.length, done.notFound.length]).toEqual([0, 1, 0]);
  });

  test("a trigger that puts devices back is refused, and nothing is half done", async () => {
    const host = await started();
    host.plant(
      "CREATE TRIGGER back AFTER DELETE ON device_pairing_pending BEGIN INSERT INTO device_pairing_join_codes (shortcode) VALUES ('X'); END",
    );
    await expect(removeDevices(host.host, host.installation, "all", host.root)).rejects.toMatchObject({
      code: "planted-trigger",
    });
    expect(host.rows("SELECT count(*) AS n FROM device_pairing_paired")).toEqual([{ n: 3 }]);
  });

  test("a table of another version is left alone with a hint", async () => {
    const host = await started();
    host.plant("ALTER TABLE device_pairing_paired RENAME COLUMN tokens_json TO tokens_v9");
    await expect(removeDevices(host.host, host.installation, "all", host.root)).rejects.toMatchObject({
      code: "unknown-layout",
    });
  });

  test("a broken database is an error with a name, not a stack", async () => {
    const host = await started();
    await host.put(
      "~/.openclaw/state/openclaw.sqlite",
      "this is no database at all, not even a header of one",
    );
    await expect(removeDevices(host.host, host.installation, "all", host.root)).rejects.toMatchObject({
      code: "database-unusable",
    });
  });

  test("the gateway's own key is removed", async () => {
    const host = await started();
    const done = await forgetIdentity(host.host, host.installation);
    expect(done.before).toMatch(/^[0-9a-f]{64}$/);
    expect(host.rows("SELECT count(*) AS n FROM device_identities")).toEqual([{ n: 0 }]);
    expect(
      (await readFile(host.path("~/.openclaw/state/openclaw.sqlite"))).includes("BEGIN PRIVATE KEY"),
    ).toBe(false);
  });
});

describe("switching off, and on again", () => {
  test("a job is off in the column and in its JSON, and back after switchOn", async () => {
    const host = await started();
    const done = await switchOffJobs(host.host, host.installation, [gtCommand, managed, "none"]);
    expect(done.items.map(({ what, inverse }) => [what, inverse])).toEqual([
      ["cron job gt-command", `openclaw cron enable ${gtCommand}`],
    ]);
    expect(done.skipped.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("anew at every start"),
      "there is no such job",
    ]);
    const read = (): readonly unknown[] => {
      const [row] = host.rows(
        `SELECT enabled, job_json, state_json FROM cron_jobs WHERE job_id = '${gtCommand}'`,
      );
      const job = JSON.parse(String(row?.["job_json"])) as { enabled: boolean; payload: unknown };
      const planned = at(JSON.parse(String(row?.["state_json"])), "nextRunAtMs");
      return [row?.["enabled"], job.enabled, job.payload, planned];
    };
    const payload = { kind: "command", argv: ["sh", "-lc", "echo cron-marker; id"] };
    expect(read()).toEqual([0, false, payload, undefined]);
    await switchOn(host.host, host.installation, done.items[0]!);
    expect(read()).toEqual([1, true, payload, undefined]);
  });

  test("a channel: its inverse restores what the config said", async () => {
    const host = await started();
    const before = await readFile(host.path("~/.openclaw/openclaw.json"), "utf8");
    expect((await switchOffChannels(host.host, host.installation, ["telegram", "matrix"])).skipped).toEqual([
      { what: "channel telegram", reason: "it is off" },
      { what: "channel matrix", reason: "the config has no such channel" },
    ]);
    await host.put(
      "~/.openclaw/openclaw.json",
      before.replace('"enabled": false,\n      "botToken"', '"enabled": true,\n      "botToken"'),
    );
    const on = await readFile(host.path("~/.openclaw/openclaw.json"), "utf8");
    const done = await switchOffChannels(host.host, host.installation, ["telegram"]);
    expect(at(await config(host), "channels", "telegram", "enabled")).toBe(false);
    await switchOn(host.host, host.installation, done.items[0]!);
    expect(await readFile(host.path("~/.openclaw/openclaw.json"), "utf8")).toBe(on);
  });

  test("heartbeats of every agent, and each one's own interval comes back", async () => {
    const host = await started();
    const text = '{ agents: { entries: { main: {}, "night.owl": { heartbeat: { every: "1h 30m" } } } } }';
    await host.put("~/.openclaw/openclaw.json", text);
    const done = await switchOffHeartbeat(host.host, await host.again());
    expect(done.items.map(({ inverse }) => inverse)).toEqual([
      "openclaw config unset agents.defaults.heartbeat.every",
      'openclaw config set agents.entries["night.owl"].heartbeat.every "1h 30m"',
    ]);
    const off = await config(host);
    expect(at(off, "agents", "defaults", "heartbeat", "every")).toBe("0m");
    expect(at(off, "agents", "entries", "night.owl", "heartbeat", "every")).toBe("0m");
    for (const item of done.items) await switchOn(host.host, await host.again(), item);
    expect(at(await config(host), "agents", "entries", "night.owl", "heartbeat", "every")).toBe("1h 30m");
    expect(at(await config(host), "agents", "defaults", "heartbeat", "every")).toBeUndefined();
  });

  test("hooks and the scheduler", async () => {
    const host = await started();
    await host.put("~/.openclaw/openclaw.json", "{ hooks: { enabled: true, token: 'FAKE' } }");
    expect((await switchOffHooks(host.host, await host.again())).items).toHaveLength(1);
    expect((await switchOffHooks(host.host, await host.again())).skipped).toHaveLength(1);
    expect((await switchOffScheduler(host.host, await host.again())).items[0]?.inverse).toBe(
      "openclaw config unset cron.enabled",
    );
    expect(await config(host)).toEqual({
      hooks: { enabled: false, token: "FAKE" },
      cron: { enabled: false },
    });
  });

  test("an inverse that is none of ours is not run", async () => {
    const host = await started();
    for (const inverse of [
      "rm -rf /",
      "openclaw config set  ",
      "openclaw config set a[ 1",
      "openclaw cron enable a b",
    ])
      await expect(
        switchOn(host.host, host.installation, { what: "x", how: "", inverse, at: "" }),
      ).rejects.toMatchObject({ code: "unknown-inverse" });
  });
});
