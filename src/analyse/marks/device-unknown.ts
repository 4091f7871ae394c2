import { inUse } from "../../model/leftover.ts";
import type { Device } from "../../model/device-records.ts";
import { evidenceAt, finding, inWindow, quoted, startUnknown } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { deviceText, removeDevice } from "./device-text.ts";

const base = {
  id: "device-unknown",
  title: "Paired device that was never seen before",
  severity: "high",
  attack: ["T1098.005"],
} as const;

function firstSeen(device: Device): string | undefined {
  return device.approvedAt ?? device.createdAt;
}

export const deviceUnknown: Mark = {
  ...base,
  needs: ["devices"],
  unless: ({ known, window }) =>
    known.devices === undefined && window.since === undefined
      ? `no baseline knows the devices, and ${startUnknown}`
      : undefined,
  evaluate: (input) =>
    inUse(input.readings.devices.records)
      .filter((device) => device.state === "paired" && isNew(device, input))
      .map((device) =>
        finding(base, {
          key: device.id,
          confidence: input.known.devices === undefined ? "suspicious" : "likely",
          firstSeen: firstSeen(device),
          lastSeen: device.lastSeenAt,
          summary: `device ${quoted(input, device.name ?? device.id)} ${deviceText(input, device)}`,
          evidence: [evidenceAt("devices", device.place, { input, excerpt: device.id })],
          next: removeDevice,
        }),
      ),
};

function isNew(device: Device, { known, window }: MarkInput): boolean {
  if (known.devices !== undefined) return !known.devices.has(device.id);
  return inWindow(window, firstSeen(device)) || inWindow(window, device.createdAt);
}
