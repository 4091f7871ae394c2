import type { Device } from "../../model/device-records.ts";
import { quoted } from "../mark.ts";
import type { MarkInput } from "../mark.ts";

/** How a device got in, in half a sentence. */
export function deviceText(input: MarkInput, device: Device): string {
  const how = device.approvedVia === undefined ? "" : ` (${quoted(input, device.approvedVia, 30)})`;
  const when = device.approvedAt ?? device.createdAt;
  const from = device.remoteIp === undefined ? "" : ` from ${quoted(input, device.remoteIp, 60)}`;
  const scopes =
    device.scopes.length === 0
      ? ""
      : `, scopes ${device.scopes
          .map((s) => quoted(input, s, 40))
          .slice(0, 8)
          .join(" ")}`;
  return `was paired${when === undefined ? "" : ` at ${when}`}${how}${from}${scopes}`;
}

export const removeDevice: readonly string[] = [
  "unless you know whose it is: remove it, and rotate the gateway token first",
  "list what it made: cron jobs, grants and allow-list entries younger than its pairing",
];

export function isAdmin(device: Device): boolean {
  return (
    device.scopes.includes("operator.admin") || device.tokens.some((t) => t.scopes.includes("operator.admin"))
  );
}

/** An address that is not this machine. */
export function isRemote(device: Device): boolean {
  const ip = device.remoteIp;
  return ip !== undefined && ip !== "" && !/^(?:::ffff:)?127\.|^::1$/.test(ip);
}
