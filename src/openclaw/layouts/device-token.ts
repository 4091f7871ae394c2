import { dict, isoOf, str, strings } from "../../model/json.ts";
import type { DeviceToken } from "../../model/device-records.ts";
import { Secret } from "../../model/secret.ts";
import { present } from "../present.ts";

/** What a device logs in with, by role: `{"operator":{"token","role","scopes","createdAtMs",…}}`, in files as in `tokens_json`. */
export function tokensOf(byRole: unknown): readonly DeviceToken[] {
  return Object.entries(dict(byRole)).flatMap(([role, value]) => tokenOf(role, value));
}

/** None where there is no token. 2026.1 writes 0 for what never happened. */
export function tokenOf(role: string, given: unknown): readonly DeviceToken[] {
  const value = dict(given);
  const token = str(value["token"]);
  if (token === undefined || token === "") return [];
  return [
    {
      role: str(value["role"]) ?? role,
      scopes: strings(value["scopes"]),
      secret: new Secret(token),
      ...present({
        createdAt: isoOf(value["createdAtMs"]),
        rotatedAt: isoOf(value["rotatedAtMs"]),
        lastUsedAt: isoOf(value["lastUsedAtMs"]),
        revokedAt: isoOf(value["revokedAtMs"]),
      }),
    },
  ];
}
