import type { Reading } from "../../../model/outcome.ts";
import type { Credential } from "../../../model/records.ts";
import { deviceTokens } from "../device-tokens.ts";
import { combine } from "../source.ts";
import type { Source } from "../source.ts";
import { devices } from "./devices.ts";
import { oauthCredentials } from "./mcp-oauth.ts";

/** Tokens of devices and of MCP servers. Every other secret in files is read for all layouts alike, in `credentials/`. */
export function storedCredentials(source: Source): Reading<Credential> {
  return combine([deviceTokens(devices(source), source.fingerprintKey), oauthCredentials(source)]);
}
