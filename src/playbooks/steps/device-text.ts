import type { Device } from "../../model/device-records.ts";
import { durationText, shown } from "../../model/text.ts";

/** "operator.admin, from 203.0.113.9, approved by owner, 3 days old, last seen 2 h ago": what tells a device from another. */
export function describeDevice(device: Device, now: Date): string {
  const admin = device.scopes.filter((scope) => scope.includes("admin"));
  return [
    device.state === "pending" ? "waiting for approval" : device.roles.join("+"),
    admin.length > 0 ? admin.join(", ") : `${device.scopes.length} scopes`,
    `from ${device.remoteIp ?? "this host"}`,
    approved(device),
    ...age("made", device.createdAt ?? device.approvedAt, now),
    ...age("last seen", device.lastSeenAt, now),
  ]
    .map((part) => shown(part, 80))
    .join(", ");
}

function approved(device: Device): string {
  if (device.approvedVia === undefined) return "not approved";
  return device.approvedVia === "silent"
    ? "approved by nobody (silent)"
    : `approved via ${device.approvedVia}`;
}

function age(word: string, iso: string | undefined, now: Date): readonly string[] {
  if (iso === undefined) return [];
  return [`${word} ${durationText(Math.max(0, now.getTime() - Date.parse(iso)))} ago`];
}
