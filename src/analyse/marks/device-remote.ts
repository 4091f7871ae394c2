import { inUse } from "../../model/leftover.ts";
import { evidenceAt, finding, isVouched, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { deviceText, isAdmin, isRemote, removeDevice } from "./device-text.ts";

const base = {
  id: "device-remote",
  title: "Device that connects from another machine",
  severity: "low",
  attack: ["T1098.005", "T1133"],
} as const;

/** Administrators from afar are `device-admin`'s. */
export const deviceRemote: Mark = {
  ...base,
  needs: ["devices"],
  evaluate: (input) =>
    inUse(input.readings.devices.records)
      .filter(
        (device) =>
          device.state === "paired" && isRemote(device) && !isAdmin(device) && !isVouched(input, device.id),
      )
      .map((device) =>
        finding(base, {
          key: device.id,
          severity: device.nodeCommands.length > 0 ? "medium" : "low",
          firstSeen: device.approvedAt ?? device.createdAt,
          lastSeen: device.lastSeenAt,
          summary: `device ${quoted(input, device.name ?? device.id)} ${deviceText(input, device)}`,
          evidence: [evidenceAt("devices", device.place, { input, excerpt: device.id })],
          next: removeDevice,
        }),
      ),
};
