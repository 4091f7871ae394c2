import { inUse } from "../../model/leftover.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "device-pending",
  title: "Device that asks to be let in",
  severity: "medium",
  attack: ["T1098.005"],
} as const;

export const devicePending: Mark = {
  ...base,
  needs: ["devices"],
  evaluate: (input) =>
    inUse(input.readings.devices.records)
      .filter((device) => device.state === "pending")
      .map((device) => {
        const commands = device.nodeCommands.map((command) => quoted(input, command, 40)).slice(0, 8);
        const from = device.remoteIp === undefined ? "" : ` from ${quoted(input, device.remoteIp, 60)}`;
        const asks = commands.length === 0 ? "" : `, and would offer ${commands.join(" ")}`;
        return finding(base, {
          key: `${device.id}/${device.requestId ?? ""}`,
          severity: device.scopes.includes("operator.admin") || commands.length > 0 ? "high" : "medium",
          firstSeen: device.createdAt,
          summary: `device ${quoted(input, device.name ?? device.id)} waits for approval${from}${asks}`,
          evidence: [evidenceAt("devices", device.place, { input, excerpt: device.id })],
          next: [
            "do not approve it unless you are pairing it right now; a pending request expires after five minutes",
          ],
        });
      }),
};
