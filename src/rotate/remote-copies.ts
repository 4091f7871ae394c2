/** Copies of a secret that lie on other machines: claw-ir cannot change them, so it names them. */
import type { Credential } from "../model/records.ts";

const gateway: readonly string[] = [
  "gateway.remote.token in the openclaw.json of every machine that uses this gateway as a client",
  "OPENCLAW_GATEWAY_TOKEN in the environment of services, containers, CI jobs and shells on other machines",
  "the settings of the Control UI in every browser it was opened in: sign in again with the new token",
  "the desktop and phone apps: enter the new token or pair them again",
  "nodes (openclaw node run): start them again with the new token",
];

const hooks: readonly string[] = [
  "every caller of the hooks: push subscriptions, CI jobs, home automation, other bots",
];

const devices: readonly string[] = [
  "every device that you know: pair it again and compare its device id before you approve it",
];

const keys: readonly string[] = [
  "other machines and agents that use the same key: shells, CI secrets, password managers, notes",
  "the environment of services and containers, which keeps the old value until they start again",
];

/** One line for each place where a copy may be. */
export function remoteCopies(kind: Credential["kind"]): readonly string[] {
  switch (kind) {
    case "gateway-token":
      return gateway;
    case "hook-token":
      return hooks;
    case "device-token":
      return devices;
    case "identity-key":
      return ["gateways that know this host as a device: approve its new device id there"];
    case "socket-token":
      return [];
    case "oauth":
      return ["every machine that shares this sign-in: sign in again there"];
    case "provider-key":
    case "channel-token":
    case "store-secret":
    case "env":
    case "other":
      return keys;
  }
}
