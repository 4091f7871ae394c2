import { discover, readEverything, writeReport } from "./common.ts";
import type { StepId } from "./steps/index.ts";
import type { Playbook } from "./types.ts";

export const collectOnly: Playbook<StepId> = {
  id: "collect",
  title: "Collect and analyse",
  when: "You want to look without changing anything: on a running host, or on a mounted disk with --root and --home.",
  steps: [discover, { id: "volatile/capture" }, ...readEverything, { id: "analyse/cost" }, writeReport],
  remember: ["Nothing was stopped, sealed or rotated: choose a playbook if something is wrong."],
};
