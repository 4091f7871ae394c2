import { inUse } from "../../model/leftover.ts";
import { evidenceAt, finding, isVouched, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { deviceText, isAdmin, isRemote } from "./device-text.ts";

const base = {
  id: "device-silent",
  title: "Device that nobody approved",
  severity: "low",
  attack: ["T1098.005"],
} as const;

/** OpenClaw approves silently whatever connects from loopback with the shared token: any local program that read it. */
export const deviceSilent: Mark = {
  ...base,
  needs: ["devices"],
  evaluate: (input) =>
    inUse(input.readings.devices.records)
      .filter(
        (device) =>
          device.state === "paired" && device.approvedVia === "silent" && !isVouched(input, device.id),
      )
      .map((device) =>
        finding(base, {
          key: device.id,
          severity: isRemote(device) ? "high" : isAdmin(device) ? "medium" : "low",
          firstSeen: device.approvedAt ?? device.createdAt,
          lastSeen: device.lastSeenAt,
          summary: `device ${quoted(input, device.name ?? device.id)} ${deviceText(input, device)}; a silent approval needs only the gateway token and a local connection`,
          evidence: [evidenceAt("devices", device.place, { input, excerpt: device.id })],
          next: [
            "remove it if it is not one of your own command lines or nodes; it keeps its token after a rotation",
          ],
        }),
      ),
};
