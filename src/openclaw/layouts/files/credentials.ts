import type { Reading } from "../../../model/outcome.ts";
import type { Credential } from "../../../model/records.ts";
import { deviceTokens } from "../device-tokens.ts";
import type { Source } from "../source.ts";
import { devices } from "./devices.ts";

/** Tokens of paired devices. Every other secret in files is read for all layouts alike, in `credentials/`. */
export function storedCredentials(source: Source): Reading<Credential> {
  return deviceTokens(devices(source), source.fingerprintKey);
}
