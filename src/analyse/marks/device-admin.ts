import { inUse } from "../../model/leftover.ts";
import { evidenceAt, finding, isVouched, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { deviceText, isAdmin, isRemote, removeDevice } from "./device-text.ts";

const base = {
  id: "device-admin",
  title: "Device with administrator scope",
  severity: "medium",
  attack: ["T1098.005", "T1078"],
} as const;

export const deviceAdmin: Mark = {
  ...base,
  needs: ["devices"],
  evaluate: (input) =>
    inUse(input.readings.devices.records)
      .filter((device) => device.state === "paired" && isAdmin(device) && !isVouched(input, device.id))
      .map((device) =>
        finding(base, {
          key: device.id,
          severity: isRemote(device) ? "high" : "medium",
          firstSeen: device.approvedAt ?? device.createdAt,
          lastSeen: device.lastSeenAt,
          summary: `device ${quoted(input, device.name ?? device.id)} may change config, approvals and devices: it ${deviceText(input, device)}`,
          evidence: [evidenceAt("devices", device.place, { input, excerpt: device.id })],
          next: removeDevice,
        }),
      ),
};
