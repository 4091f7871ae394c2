/** Entries of allow-lists, pairing requests and standing approvals, taken out wherever a layout keeps them. */
import { chmod, mkdir, readFile, rename, stat, symlink } from "node:fs/promises";
import fc from "fast-check";
import JSON5 from "json5";
import { afterEach, describe, expect, test } from "vitest";
import { type GrantEntry } from "../../src/model/grant-entry.ts";
import { at } from "../../src/model/json.ts";
import { removeGrants, switchOn } from "../../src/openclaw/write/index.ts";
import { stateHost, type Release, type StateHost } from "./state.ts";

let state: StateHost | undefined;
afterEach(async () => {
  await state?.cleanup();
  state = undefined;
});
async function started(release: Release = "2026.9.6"): Promise<StateHost> {
  state = await stateHost({}, release);
  return state;
}
const remove = async (host: StateHost, ...entries: readonly GrantEntry[]) =>
  removeGrants(host.host, await host.again(), entries, host.root);
const textOf = (host: StateHost, name: string): Promise<string> =>
  readFile(host.path(`~/.openclaw/${name}`), "utf8");
async function configOf(host: StateHost): Promise<unknown> {
  return JSON5.parse<unknown>(await textOf(host, "openclaw.json"));
}
const sender = (id: string, account = "default"): GrantEntry => ({
  in: "channel-allow",
  channel: "telegram",
  account,
  sender: id,
});
const asking: GrantEntry = {
  in: "channel-pairing",
  channel: "telegram",
  account: "default",
  sender: "777000222",
};
const listed = (item: string, path = "channels.telegram.allowFrom"): GrantEntry => ({
  in: "config-list",
  path,
  item,
});

const planted = `
  INSERT INTO channel_pairing_allow_entries VALUES ('telegram', 'default', '666', 0, 1), ('telegram', 'default', '777', 1, 1),
    ('telegram', 'work', '666', 0, 1);
  INSERT INTO channel_pairing_requests VALUES ('telegram', 'default', '777000222', 'FAKE1234', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z', NULL);
  INSERT INTO plugin_binding_approvals VALUES ('/p/evil', 'telegram', 'default', 'evil', NULL, 1), ('/p/good', 'telegram', 'default', 'good', NULL, 1);
  CREATE TABLE operator_approval_standing_grants (grant_id TEXT PRIMARY KEY, minted_by_approval_id TEXT, agent_id TEXT, cron_job_id TEXT,
    operation_binding TEXT, created_at_ms INTEGER, expires_at_ms INTEGER, revoked_at_ms INTEGER, revoked_by TEXT, last_used_at_ms INTEGER,
    use_count INTEGER) STRICT;
  INSERT INTO operator_approval_standing_grants VALUES ('g1', 'a', 'main', 'j', 'curl', 1, NULL, NULL, NULL, NULL, 3), ('g2', 'a', 'main', 'j', 'ls', 1, NULL, NULL, NULL, NULL, 0);`;

describe("in the tables of 2026.9.6", () => {
  test("what was chosen goes, and nothing else; the bytes leave the file", async () => {
    const host = await started();
    host.plant(planted);
    const plugin = {
      in: "plugin-binding",
      root: "/p/evil",
      channel: "telegram",
      account: "default",
    } as const;
    const done = await remove(
      host,
      sender("666"),
      asking,
      plugin,
      { in: "standing-grant", id: "g1" },
      sender("none"),
    );
    expect(done).toMatchObject({ notFound: [sender("none")], notWritten: [] });
    expect(done.before).not.toBe(done.after);
    expect(done.taken.map(({ place, how, inverse }) => [place.locator, how, inverse])).toEqual([
      [
        "channel_pairing_allow_entries/telegram/default/666",
        "removed from channel_pairing_allow_entries",
        "in a chat, as the owner: /allowlist add dm 666 channel=telegram account=default --store",
      ],
      [
        "channel_pairing_requests/telegram/default/777000222",
        "removed from channel_pairing_requests",
        "the sender writes again and gets a new code",
      ],
      [
        "operator_approval_standing_grants/g1",
        "revoked in operator_approval_standing_grants",
        'answer "always" when the job asks again',
      ],
      [
        "plugin_binding_approvals/telegram/default//p/evil",
        "removed from plugin_binding_approvals",
        "approve the plugin when it asks again",
      ],
    ]);
    expect(
      host.rows("SELECT account_id, entry FROM channel_pairing_allow_entries ORDER BY account_id"),
    ).toEqual([
      { account_id: "default", entry: "777" },
      { account_id: "work", entry: "666" },
    ]);
    expect(host.rows("SELECT plugin_id FROM plugin_binding_approvals")).toEqual([{ plugin_id: "good" }]);
    expect(
      host.rows(
        "SELECT grant_id, revoked_by, revoked_at_ms > 0 AS dead FROM operator_approval_standing_grants",
      ),
    ).toEqual([
      { grant_id: "g1", revoked_by: "claw-ir", dead: 1 },
      { grant_id: "g2", revoked_by: null, dead: null },
    ]);
    const bytes = await readFile(host.path("~/.openclaw/state/openclaw.sqlite"));
    expect(bytes.includes("FAKE1234")).toBe(false);
    // A second time there is nothing left to take.
    expect((await remove(host, sender("666"), { in: "standing-grant", id: "g1" })).taken).toEqual([]);
  });

  test("exec approvals: a command, a tool and a loose setting, in the text and in the columns beside it", async () => {
    const host = await started();
    const raw = {
      version: 1,
      socket: { token: "FAKE-socket-token" },
      defaults: { security: "full", ask: "always" },
      agents: {
        main: {
          allowlist: [{ pattern: "/usr/bin/curl" }, "/bin/ls"],
          mcpTools: [{ server: "s", tool: "t" }],
        },
        other: { ask: "off", allowlist: [{ pattern: "/usr/bin/curl" }] },
      },
    };
    host.plant(
      `UPDATE exec_approvals_config SET raw_json = '${JSON.stringify(raw)}', allowlist_count = 3, default_security = 'full'`,
    );
    const done = await remove(
      host,
      { in: "exec-allowlist", agent: "main", pattern: "/usr/bin/curl" },
      { in: "mcp-tool", agent: "main", server: "s", tool: "t" },
      { in: "exec-policy", key: "security", value: "full" },
      { in: "exec-policy", agent: "other", key: "ask", value: "off" },
    );
    expect(done.notWritten).toEqual([]);
    expect(done.taken[0]?.inverse).toBe("openclaw approvals allowlist add --agent main /usr/bin/curl");
    const [row] = host.rows("SELECT raw_json, allowlist_count, default_security FROM exec_approvals_config");
    expect(row).toMatchObject({ allowlist_count: 2, default_security: "allowlist" });
    expect(JSON.parse(String(row?.["raw_json"]))).toEqual({
      ...raw,
      defaults: { security: "allowlist", ask: "always" },
      agents: {
        main: { allowlist: ["/bin/ls"], mcpTools: [] },
        other: { ask: "on-miss", allowlist: [{ pattern: "/usr/bin/curl" }] },
      },
    });
  });

  test("a trigger that would undo it is refused, and everything stays", async () => {
    const host = await started();
    host.plant(planted);
    host.plant("CREATE TRIGGER back AFTER DELETE ON channel_pairing_allow_entries BEGIN SELECT 1; END");
    await expect(remove(host, asking, sender("666"))).rejects.toMatchObject({ code: "planted-trigger" });
    expect(host.rows("SELECT count(*) AS n FROM channel_pairing_requests")).toEqual([{ n: 1 }]);
  });

  test("a file beside the tables goes as well: the gateway would take it over", async () => {
    const host = await started();
    host.plant(planted);
    for (const name of ["telegram", "telegram-default"])
      await host.put(
        `~/.openclaw/credentials/${name}-allowFrom.json`,
        JSON.stringify({ version: 1, allowFrom: [666, "777"] }),
      );
    const done = await remove(host, sender("666"));
    expect(done.taken).toHaveLength(3);
    for (const name of ["telegram", "telegram-default"])
      expect(JSON.parse(await textOf(host, `credentials/${name}-allowFrom.json`))).toEqual({
        version: 1,
        allowFrom: ["777"],
      });
  });
});

describe.each(["2026.2.26", "2026.6.11"] as const)("in the files of %s", (release) => {
  test("senders, requests and commands go, and every other byte stays", async () => {
    const host = await started(release);
    const list = "credentials/telegram-default-allowFrom.json";
    await host.put(
      `~/.openclaw/${list}`,
      '{\n  "version": 1,\n  "allowFrom": [\n    "666",\n    "777000111"\n  ]\n}\n',
    );
    await chmod(host.path(`~/.openclaw/${list}`), 0o640);
    const approvals = await textOf(host, "exec-approvals.json");
    const done = await remove(host, sender("666"), asking, {
      in: "exec-allowlist",
      agent: "*",
      pattern: "/usr/bin/uname",
    });
    expect(done).toMatchObject({ notFound: [], notWritten: [] });
    expect(await textOf(host, list)).toBe('{\n  "version": 1,\n  "allowFrom": [\n    "777000111"\n  ]\n}\n');
    expect((await stat(host.path(`~/.openclaw/${list}`))).mode & 0o777).toBe(0o640);
    expect(JSON.parse(await textOf(host, "credentials/telegram-pairing.json"))).toEqual({
      version: 1,
      requests: [],
    });
    const after = await textOf(host, "exec-approvals.json");
    expect(at(JSON.parse(after), "agents", "*", "allowlist")).toEqual([]);
    expect(after.slice(0, after.indexOf('"allowlist"'))).toBe(
      approvals.slice(0, approvals.indexOf('"allowlist"')),
    );
  });
});

describe("something else in place of the file", () => {
  const list = "~/.openclaw/credentials/telegram-default-allowFrom.json";
  test.each<readonly [string, string, (host: StateHost) => Promise<unknown>]>([
    ["half a file", "no JSON object", (host) => host.put(list, '{"allowFrom":["777000111"')],
    [
      "a link to another state",
      "reached through a link",
      async (host) => {
        await rename(host.path(list), host.path("~/elsewhere.json"));
        await symlink(host.path("~/elsewhere.json"), host.path(list));
      },
    ],
    [
      "a folder that is a link",
      "reached through a link",
      async (host) => {
        await rename(host.path("~/.openclaw/credentials"), host.path("~/moved"));
        await symlink(host.path("~/moved"), host.path("~/.openclaw/credentials"));
      },
    ],
  ])("%s is left alone and said", async (_name, reason, plant) => {
    const host = await started("2026.2.26");
    await plant(host);
    const done = await remove(host, sender("777000111"));
    expect(done.taken).toEqual([]);
    expect(done.notWritten.map(({ todo }) => todo).join()).toContain(reason);
  });

  test("a name from the host leads to no other file", async () => {
    const host = await started("2026.2.26");
    await mkdir(host.path("~/.openclaw/credentials/x"));
    await host.put("~/.openclaw/y-allowFrom.json", '{"allowFrom":["1"]}');
    const done = await remove(host, {
      in: "channel-allow",
      channel: "../y",
      account: "default",
      sender: "1",
    });
    expect(done).toMatchObject({ taken: [], notWritten: [] });
    expect(await textOf(host, "y-allowFrom.json")).toBe('{"allowFrom":["1"]}');
  });

  test("no text makes the removal throw, or say that it removed what can still be read", async () => {
    const host = await started("2026.2.26");
    const text = await readFile(host.path(list), "utf8");
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length),
        fc.nat(20),
        fc.string({ maxLength: 20 }),
        async (from, cut, put) => {
          await host.put(list, text.slice(0, from) + put + text.slice(from + cut));
          const done = await remove(host, sender("777000111"));
          if (done.notWritten.length === 0)
            expect(at(JSON.parse(await readFile(host.path(list), "utf8")), "allowFrom") ?? []).not.toContain(
              "777000111",
            );
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("in the config", () => {
  const config = `{
  channels: {
    telegram: {
      dmPolicy: "pairing",
      allowFrom: [
        "111", // me
        666, // who is this?
      ],
      groupAllowFrom: ["*"],
      accounts: {
        work: { dmPolicy: "allowlist", allowFrom: ["666"] },
        home: { dmPolicy: "allowlist" },
      },
      groups: { "-100": { allowFrom: ["666", "111"] } },
    },
    discord: { dm: { policy: "open", allowFrom: ["*", "5"] }, guilds: { g: { users: ["666"] } } },
  },
  commands: { ownerAllowFrom: ["telegram:666"] },
}
`;
  const path = "~/.openclaw/openclaw.json";

  test("a sender goes from a list, its comment with it, and comes back as it was", async () => {
    const host = await started();
    await host.put(path, config);
    const done = await remove(host, listed("666"));
    expect(done).toMatchObject({ notFound: [], notWritten: [] });
    expect(await textOf(host, "openclaw.json")).toBe(config.replace("        666, // who is this?\n", ""));
    const [one] = done.taken;
    expect(one).toMatchObject({
      how: "removed from channels.telegram.allowFrom",
      inverse: 'openclaw config set channels.telegram.allowFrom ["111",666]',
    });
    await switchOn(host.host, await host.again(), {
      what: "x",
      how: "",
      inverse: one?.inverse ?? "",
      at: "",
    });
    expect(at(await configOf(host), "channels", "telegram", "allowFrom")).toEqual(["111", 666]);
  });

  test("lists of accounts, groups, guilds and owners", async () => {
    const host = await started();
    await host.put(path, config);
    const places = [
      'channels.telegram.groups["-100"].allowFrom',
      "channels.discord.guilds.g.users",
      "commands.ownerAllowFrom",
    ];
    const done = await remove(
      host,
      ...places.map((place) => listed(place.startsWith("commands") ? "telegram:666" : "666", place)),
    );
    expect(done).toMatchObject({ notFound: [], notWritten: [] });
    const after = await configOf(host);
    expect(at(after, "channels", "telegram", "groups", "-100", "allowFrom")).toEqual(["111"]);
    expect(at(after, "channels", "discord", "guilds", "g", "users")).toEqual([]);
    expect(at(after, "commands", "ownerAllowFrom")).toEqual([]);
  });

  test("an emptied allow-list is closed, because channels refuse one, and never opened to codes", async () => {
    const host = await started();
    await host.put(path, config);
    const done = await remove(
      host,
      listed("666", "channels.telegram.accounts.work.allowFrom"),
      listed("111"),
      listed("666"),
    );
    expect(done.notWritten).toEqual([]);
    const telegram = at(await configOf(host), "channels", "telegram");
    expect(at(telegram, "dmPolicy")).toBe("pairing");
    expect(at(telegram, "accounts")).toEqual({
      work: { dmPolicy: "disabled", allowFrom: [] },
      // It has no list of its own: that of the channel is empty now.
      home: { dmPolicy: "disabled" },
    });
    expect(done.taken.map(({ how }) => how)).toContain(
      'channels.telegram.accounts.work.dmPolicy set to "disabled"',
    );
  });

  test("what is open to everybody asks again, and lets nobody in by its star", async () => {
    const host = await started();
    await host.put(path, config);
    const open = { in: "config-policy", path: "channels.discord.dm.policy", value: "open" } as const;
    const done = await remove(host, open);
    expect(done).toMatchObject({ notFound: [], notWritten: [] });
    expect(at(await configOf(host), "channels", "discord", "dm")).toEqual({
      policy: "pairing",
      allowFrom: ["5"],
    });
    await host.put(path, config);
    // The star alone: "open" without it is a config that channels refuse.
    await remove(host, listed("*", "channels.discord.dm.allowFrom"));
    expect(at(await configOf(host), "channels", "discord", "dm")).toEqual({
      policy: "pairing",
      allowFrom: ["5"],
    });
  });

  test("a list in an included file is changed there", async () => {
    const host = await started();
    await host.put(path, '{ channels: { telegram: { $include: "./telegram.json5" } } }');
    await host.put("~/.openclaw/telegram.json5", '{ allowFrom: ["1", "666"] }\n');
    expect((await remove(host, listed("666"))).notWritten).toEqual([]);
    expect(await textOf(host, "telegram.json5")).toBe('{ allowFrom: ["1"] }\n');
  });

  test("a broken config, or a path that is none, is said", async () => {
    const host = await started();
    await host.put(path, "{ channels: ");
    const done = await remove(host, listed("666"), listed("1", "a[ 1"));
    expect(done.taken).toEqual([]);
    expect(done.notWritten.map(({ todo }) => todo).join()).toContain("a[ 1 is no path of the config");
    // What cannot be read again is not proven to be gone.
    expect(done.notWritten.map(({ todo }) => todo).join()).toContain("could not be read");
  });
});
