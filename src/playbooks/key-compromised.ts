import { discover, readEverything, rememberAlways, startAgain, stopAndSeal, writeReport } from "./common.ts";
import type { StepId } from "./steps/index.ts";
import type { Playbook } from "./types.ts";

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
    { id: "rotate/gateway-token" },
    { id: "rotate/credentials" },
    ...startAgain,
    writeReport,
  ],
  remember: [
    "Revoke the old key at the provider and look whether it is still listed as active there.",
    "Set a spending limit and alerts (50, 80 and 100 %) on the new key; use a key for OpenClaw alone.",
    "A key that stood in a chat, a log, a screenshot or git history stays leaked: editing the file is not enough.",
    ...rememberAlways,
  ],
};
