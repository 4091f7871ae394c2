import { chosenCredentials } from "./answers.ts";
import {
  discover,
  keepOnLoopback,
  readEverything,
  rememberAlways,
  rotationsOpen,
  startAgain,
  stopAndSeal,
  writeReport,
} from "./common.ts";
import type { StepId } from "./steps/index.ts";
import { devicesId } from "./steps/rotate-devices.ts";
import { gatewayTokenId } from "./steps/rotate-gateway-token.ts";
import { isWanted } from "./steps/rotation.ts";
import type { Playbook, StepContext } from "./types.ts";

const tokenToo = (context: StepContext): true | string =>
  isWanted(context, { id: gatewayTokenId }) ? true : "the gateway's token is not part of this rotation";

/** Devices' tokens stand beside the keys: who read one may have read the others. */
const devicesToo = (context: StepContext): true | string =>
  isWanted(context, { id: devicesId }) ? true : "the devices are not part of this rotation";

/** Where everything may have leaked, the sessions of the messaging platforms may have, too. */
const channelsToo = (context: StepContext): true | string =>
  chosenCredentials(context.case) === "all" || "the leaked credentials open no messaging channel";

export const keyCompromised: Playbook<StepId> = {
  id: "key-compromised",
  title: "A key or other secret is compromised",
  when: "A provider key, bot token or any other secret of OpenClaw leaked or is being abused.",
  steps: [
    discover,
    { id: "volatile/ask-credential" },
    { id: "volatile/capture" },
    ...stopAndSeal,
    ...readEverything,
    { id: "rotate/plan" },
    { id: "rotate/gateway-token", when: tokenToo },
    { id: "rotate/credentials", again: rotationsOpen },
    { id: "rotate/devices", when: devicesToo },
    { id: "rotate/made-by-devices", when: devicesToo },
    ...startAgain,
    { id: "recover/prove-devices" },
    { id: "recover/pair-again" },
    { id: "recover/sign-in-again", when: channelsToo },
    writeReport,
  ],
  remember: [
    "Revoke the old key at the provider and look whether it is still listed as active there.",
    "Set a spending limit and alerts (50, 80 and 100 %) on the new key; use a key for OpenClaw alone.",
    "A key that stood in a chat, a log, a screenshot or git history stays leaked: editing the file is not enough.",
    keepOnLoopback,
    ...rememberAlways,
  ],
};
