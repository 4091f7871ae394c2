import { markRows } from "../../analyse/index.ts";
import type { Device, DeviceToken } from "../../model/device-records.ts";
import type { Secret } from "../../model/secret.ts";
import { lookCommand } from "./command.ts";
import type { Look, LookRow, Section, Seen } from "./look.ts";
import { age, day, joined, when } from "./words.ts";

const look: Look = {
  name: "devices",
  summary: "who may talk to the gateway, asks to, or would be let in",
  description:
    "Lists paired and pending devices with their scopes, how they got in, and their tokens' ages, and setup tokens that were issued. Marks administrators, what nobody approved, what connects from afar, and setup tokens that still let somebody in. Reads a copy of one database, makes no case, changes nothing.",
  kinds: ["devices"],
  databases: ["state"],
  needsState: true,
  since: "when it may have begun: devices paired from then on are marked",
  sections,
  next: (hasUnusual) => [
    hasUnusual
      ? ["claw-ir device-compromised", "if one of them is not yours: it leads through removing it"]
      : ["claw-ir devices --json", "every field"],
  ],
};

export const devicesCommand = lookCommand(look);

function sections({ readings, findings, host, redactor }: Seen): readonly Section[] {
  const marked = markRows(readings.devices.records, findings, ({ place }) => [place]);
  const now = host.clock.now();
  return [
    {
      noun: ["device", "devices"],
      remarks: ["A device chooses itself what it is called, and can take any name. The label is yours."],
      columns: [
        { head: "device", least: 12, most: 12 },
        { head: "calls itself", most: 30 },
        { head: "label", most: 20, isSpare: true },
        { head: "state" },
        { head: "may do", least: 20, most: 60 },
        { head: "let in by", most: 14 },
        { head: "paired", least: 10, isSpare: true },
        { head: "from", least: 15, most: 39 },
        { head: "last seen (UTC)", least: 16 },
        { head: "tokens", least: 19, most: 60, isSpare: true },
        { head: "runs", least: 10, most: 30, isSpare: true },
      ],
      rows: marked.map(({ record, marks }): LookRow => ({
        cells: cellsOf(record, now, (secret) => redactor.mark(secret).fingerprint),
        marks,
        record: {
          ...record,
          tokens: record.tokens.map(({ secret, ...token }) => ({ ...token, ...redactor.mark(secret) })),
        },
      })),
    },
  ];
}

function cellsOf(device: Device, now: Date, fingerprint: (secret: Secret) => string): readonly string[] {
  const { id, name, label, state, roles, scopes, approvedVia, approvedAt, createdAt, remoteIp } = device;
  return [
    id,
    name ?? "",
    label ?? "",
    joined(", ", stateText[state], device.leftover === true ? "leftover" : undefined),
    joined(": ", roles.join(" "), [...scopes].sort(byWeight).map(scopeText).join(" ")),
    approvedVia ?? "",
    day(approvedAt ?? createdAt),
    remoteIp ?? "",
    when(device.lastSeenAt),
    device.tokens
      // A setup token has no name but its fingerprint.
      .map((token) =>
        joined(", ", tokenText(token, now), state === "setup" ? fingerprint(token.secret) : undefined),
      )
      .join("; "),
    device.nodeCommands.join(" "),
  ];
}

const stateText = { paired: "paired", pending: "pending", setup: "setup token" } as const;

/** What lets do everything stands first: it must not be what is cut off. */
function byWeight(a: string, b: string): number {
  return Number(b.endsWith(".admin")) - Number(a.endsWith(".admin"));
}

/** Almost all of them begin so. */
function scopeText(scope: string): string {
  return scope.replace(/^operator\./, "");
}

function tokenText({ role, createdAt, rotatedAt, lastUsedAt, revokedAt }: DeviceToken, now: Date): string {
  const old = age(rotatedAt ?? createdAt, now);
  const used = age(lastUsedAt, now);
  return joined(
    ", ",
    old === "" ? role : `${role} ${old} old`,
    used === "" ? undefined : `used ${used} ago`,
    revokedAt === undefined ? undefined : "revoked",
  );
}
