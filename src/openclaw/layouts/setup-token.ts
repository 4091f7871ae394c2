import { dict, isoOf, num, str, strings } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Device } from "../../model/device-records.ts";
import type { Place } from "../../model/records.ts";
import { Secret } from "../../model/secret.ts";
import { present } from "../present.ts";

/** A token that a setup code or a QR code hands over, as `devices/bootstrap.json` keeps it; a row has the same under other names. */
export interface SetupToken {
  readonly token: string;
  readonly setupId?: string | undefined;
  /** `profile` of a record; the first versions kept roles and scopes in the record itself. */
  readonly profile: Dict;
  readonly issuedAtMs: unknown;
  readonly lastUsedAtMs: unknown;
  /** Of the device that has shown it; absent until one has. */
  readonly deviceId?: string | undefined;
  readonly publicKey?: string | undefined;
  readonly place: Place;
}

/**
 * A setup token as the device that it would let in. Nobody is asked then: with it a device pairs for ten minutes after it was
 * issued (infra/device-bootstrap.ts of 2026.5.28 and 2026.9.6). The token itself is in `tokens` and in nothing else.
 */
export function setupDevice(given: SetupToken): Device {
  const { profile, place } = given;
  const issued = isoOf(given.issuedAtMs);
  const used = isoOf(given.lastUsedAtMs);
  const requestId = given.setupId ?? String(num(given.issuedAtMs) ?? 0);
  const scopes = strings(profile["scopes"]);
  return {
    id: given.deviceId ?? `setup ${given.setupId ?? issued ?? "at an unknown time"}`,
    state: "setup",
    roles: strings(profile["roles"]),
    scopes,
    ...present({ publicKey: given.publicKey, createdAt: issued, lastSeenAt: used }),
    requestId,
    nodeCommands: [],
    tokens: [
      {
        role: "setup",
        scopes,
        secret: new Secret(given.token),
        ...present({ createdAt: issued, lastUsedAt: used }),
      },
    ],
    place,
  };
}

/** One entry of `devices/bootstrap.json`. Its key is the token where it does not say so itself. */
export function setupEntry(key: string, value: Dict, place: Place): Device | undefined {
  const said = str(value["token"]);
  const token = said === undefined || said.trim() === "" ? key : said;
  if (token === "") return undefined;
  const profile = dict(value["profile"]);
  return setupDevice({
    token,
    setupId: filled(value["setupId"]),
    profile: Object.keys(profile).length === 0 ? value : profile,
    issuedAtMs: value["issuedAtMs"],
    lastUsedAtMs: value["lastUsedAtMs"],
    deviceId: filled(value["deviceId"]),
    publicKey: filled(value["publicKey"]),
    place,
  });
}

function filled(value: unknown): string | undefined {
  const text = str(value)?.trim();
  return text === "" ? undefined : text;
}
