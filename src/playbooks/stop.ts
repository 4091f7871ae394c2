import { captureFirst, writeReport } from "./common.ts";
import type { StepId } from "./steps/index.ts";
import type { Playbook } from "./types.ts";

export const stop: Playbook<StepId> = {
  id: "stop",
  title: "Stop everything and prove that it is down",
  when: "You want it to end now and will think afterwards: what a stop would destroy is captured first.",
  steps: [...captureFirst, { id: "contain/stop-gateway" }, writeReport],
  remember: [
    "Nothing was sealed or rotated yet: go on with claw-ir key-compromised, token-compromised, device-compromised or cost-spike.",
  ],
};
