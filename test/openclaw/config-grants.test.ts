import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entryId, entryText, isGrantEntry, type GrantEntry } from "../../src/model/grant-entry.ts";
import { configGrants } from "../../src/openclaw/layouts/config-grants.ts";

function read(value: Record<string, unknown>) {
  return configGrants({ config: { path: "/c", value, files: ["/c"], outcome: "ok", warnings: [] } as never });
}
const idsOf = (value: Record<string, unknown>): readonly string[] =>
  read(value).records.flatMap(({ entry }) => (entry === undefined ? [] : [entryId(entry)]));

test("lists and open policies of channels, accounts, groups, guilds, commands and elevated tools", () => {
  const value = {
    channels: {
      telegram: {
        dmPolicy: "pairing",
        groupPolicy: "open",
        allowFrom: ["1", 2],
        groupAllowFrom: ["*"],
        accounts: { work: { allowFrom: ["3"] } },
        groups: { "-100": { topics: { "7": { allowFrom: ["4"] } } } },
      },
      discord: {
        dm: { policy: "open", allowFrom: ["*"] },
        guilds: { g: { users: ["5"], channels: { c: { roles: ["6"] } } } },
      },
    },
    commands: { ownerAllowFrom: ["telegram:7"], allowFrom: { telegram: ["8"] } },
    tools: { elevated: { allowFrom: { whatsapp: ["+9"] } } },
    agents: {
      entries: { main: { tools: { elevated: { allowFrom: { slack: ["U1"] } } } } },
      list: [{ tools: { elevated: { allowFrom: { x: [10] } } } }],
    },
  };
  expect(idsOf(value)).toEqual([
    "config-policy:channels.telegram.groupPolicy/open",
    "config-list:channels.telegram.allowFrom/1",
    "config-list:channels.telegram.allowFrom/2",
    "config-list:channels.telegram.groupAllowFrom/*",
    "config-list:channels.telegram.accounts.work.allowFrom/3",
    'config-list:channels.telegram.groups["-100"].topics[7].allowFrom/4',
    "config-policy:channels.discord.dm.policy/open",
    "config-list:channels.discord.dm.allowFrom/*",
    "config-list:channels.discord.guilds.g.users/5",
    "config-list:channels.discord.guilds.g.channels.c.roles/6",
    "config-list:commands.ownerAllowFrom/telegram:7",
    "config-list:commands.allowFrom.telegram/8",
    "config-list:tools.elevated.allowFrom.whatsapp/+9",
    "config-list:agents.entries.main.tools.elevated.allowFrom.slack/U1",
    "config-list:agents.list[0].tools.elevated.allowFrom.x/10",
  ]);
});

test("no config makes it throw", () => {
  const loop: Record<string, unknown> = {};
  loop["channels"] = { x: loop };
  expect(() => read(loop)).not.toThrow();
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { records } = read({
        channels: { x: { a: value, allowFrom: value } },
        commands: value,
        tools: value,
        agents: value,
      });
      for (const { entry } of records) expect(isGrantEntry(entry)).toBe(true);
    }),
  );
});

describe("an entry's id", () => {
  const text = fc.string({ maxLength: 6, unit: fc.constantFrom("a", "/", "%", "2", "F", ":", "b") });
  const entry: fc.Arbitrary<GrantEntry> = fc.oneof(
    fc.record({ in: fc.constant("channel-allow" as const), channel: text, account: text, sender: text }),
    fc.record({ in: fc.constant("config-list" as const), path: text, item: text }),
    fc.record(
      { in: fc.constant("exec-policy" as const), agent: text, key: text, value: text },
      { requiredKeys: ["in", "key", "value"] },
    ),
  );

  test("is that of no other", () => {
    fc.assert(
      fc.property(entry, entry, (a, b) => {
        // The default of all and an agent without a name are one id: no agent has an empty name.
        fc.pre(![a, b].some((one) => one.in === "exec-policy" && one.agent === ""));
        expect(entryId(a) === entryId(b)).toBe(
          JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort()),
        );
        expect(isGrantEntry(JSON.parse(JSON.stringify(a)))).toBe(true);
        expect(entryText(a)).not.toContain("undefined");
      }),
    );
  });

  test("what comes back changed is no entry", () => {
    for (const value of [
      null,
      "x",
      [],
      {},
      { in: "toString" },
      { in: "channel-allow", channel: "a", account: 1, sender: "b" },
      { in: "standing-grant" },
    ])
      expect(isGrantEntry(value)).toBe(false);
  });
});
