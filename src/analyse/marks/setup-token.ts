import { inUse } from "../../model/leftover.ts";
import type { Device } from "../../model/device-records.ts";
import { evidenceAt, finding, inWindow, quoted } from "../mark.ts";
import type { Found, Mark, MarkInput } from "../mark.ts";
import { isAdmin } from "./device-text.ts";

const base = {
  id: "setup-token",
  title: "Setup token that lets a device in",
  severity: "medium",
  attack: ["T1098.005"],
} as const;

/** DEVICE_BOOTSTRAP_TOKEN_TTL_MS of 2026.5.28 and 2026.9.6: ten minutes after it was issued the gateway takes it no more. */
const validMs = 600_000;

/** Whoever holds one pairs without being asked about. One that ran out tells that somebody was to be let in, or was. */
export const setupTokenMark: Mark = {
  ...base,
  needs: ["devices"],
  evaluate: (input) => {
    const devices = inUse(input.readings.devices.records);
    const paired = new Set(devices.filter(({ state }) => state === "paired").map(({ id }) => id));
    return devices
      .filter(({ state }) => state === "setup")
      .flatMap((token) => {
        const judged = judge(token, paired, input);
        return judged === undefined ? [] : [foundOf(token, judged, input)];
      });
  },
};

type Judged = Required<Pick<Found, "severity">> & { readonly says: string };

function judge(token: Device, paired: ReadonlySet<string>, input: MarkInput): Judged | undefined {
  const issued = token.createdAt === undefined ? undefined : Date.parse(token.createdAt);
  const now = Date.parse(input.now);
  if (issued !== undefined && issued > now)
    return {
      severity: "high",
      says: "is dated in the future, so that it does not run out in its ten minutes",
    };
  if (issued !== undefined && now < issued + validMs)
    return { severity: isAdmin(token) ? "high" : "medium", says: "lets in whoever shows it now" };
  if (token.lastSeenAt !== undefined && !paired.has(token.id))
    return { severity: "medium", says: "was used by a device that is not among those paired" };
  return inWindow(input.window, token.createdAt)
    ? { severity: "low", says: "was issued when the incident may have happened, and has run out" }
    : undefined;
}

function foundOf(token: Device, { severity, says }: Judged, input: MarkInput): ReturnType<typeof finding> {
  const scopes = [token.roles.join("+"), ...token.scopes].filter((part) => part !== "").slice(0, 10);
  const may = scopes.length === 0 ? "" : `, as ${scopes.map((scope) => quoted(input, scope, 40)).join(" ")}`;
  const at = token.createdAt === undefined ? "" : `, issued at ${token.createdAt},`;
  const who = token.lastSeenAt === undefined ? "" : ` (last used at ${token.lastSeenAt})`;
  return finding(base, {
    key: `${token.id}\0${token.place.path}\0${token.place.locator ?? ""}`,
    severity,
    firstSeen: token.createdAt,
    lastSeen: token.lastSeenAt,
    summary: `setup token ${quoted(input, token.id)}${at} ${says}${may}${who}`,
    why: `Setup token that ${says}`,
    evidence: [evidenceAt("devices", token.place, { input, excerpt: token.id })],
    next: [
      "unless you made it just now: take it away, claw-ir device-compromised does so with every device",
      "look for devices that were paired within ten minutes after it was issued",
    ],
  });
}
