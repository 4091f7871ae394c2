import {
  discover,
  keepOnLoopback,
  readEverything,
  rememberAlways,
  startAgain,
  stopAndSeal,
  writeReport,
} from "./common.ts";
import type { StepId } from "./steps/index.ts";
import type { Playbook } from "./types.ts";

export const tokenCompromised: Playbook<StepId> = {
  id: "token-compromised",
  title: "The gateway token is compromised",
  when: "Somebody else knows the gateway's shared token, or you see connections that are not yours.",
  steps: [
    discover,
    { id: "volatile/ask-incident" },
    { id: "volatile/capture" },
    ...stopAndSeal,
    ...readEverything,
    // The token first: whoever holds it on this host would only pair again after the devices are cleared.
    { id: "rotate/gateway-token" },
    { id: "rotate/devices" },
    { id: "rotate/made-by-devices" },
    { id: "rotate/allow-lists" },
    ...startAgain,
    { id: "recover/prove-devices" },
    { id: "recover/pair-again" },
    writeReport,
  ],
  remember: [
    "Put the new token on every client that used the old one: gateway.remote.token of other machines, the Control UI in each browser, scripts, the service's environment file.",
    "Pair again only devices you can hold in your hand or name the owner of.",
    "Jobs, grants and allow-list entries that a removed device made go on working: review each one that the report lists.",
    keepOnLoopback,
    ...rememberAlways,
  ],
};
