import type { Reading } from "../../model/outcome.ts";
import type { Device } from "../../model/device-records.ts";
import type { Credential } from "../../model/records.ts";
import { credential } from "../credentials/record.ts";

/** The tokens of devices, and those that let one in, as credentials. One that is only in a leftover may still be the one in use elsewhere. */
export function deviceTokens(reading: Reading<Device>, key: Uint8Array | undefined): Reading<Credential> {
  const records = reading.records.flatMap((device) =>
    device.tokens.map((token) =>
      credential(
        {
          kind: "device-token",
          provider: "device",
          label:
            device.state === "setup"
              ? `bootstrap ${device.requestId ?? ""}`
              : `${device.id.slice(0, 12)}.${token.role}`,
          secret: token.secret,
          live: token.revokedAt === undefined && device.leftover !== true,
          createdAt: token.rotatedAt ?? token.createdAt,
          place: device.place,
        },
        key,
      ),
    ),
  );
  return { ...reading, records };
}
