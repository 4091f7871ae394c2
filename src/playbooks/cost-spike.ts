import { climbing } from "./answers.ts";
import { cameBack, discover, rememberAlways, startGateway, writeReport } from "./common.ts";
import type { StepId } from "./steps/index.ts";
import type { Confirm, Playbook, StepContext } from "./types.ts";

const stopQuestion = (context: StepContext): Confirm => ({
  id: "contain.stop",
  message: climbing(context.case)
    ? "Spending still goes on. Stop the gateway now?"
    : "Stop the gateway now? It is the only sure way to end spending",
  default: true,
});

export const costSpike: Playbook<StepId> = {
  id: "cost-spike",
  title: "The bill explodes",
  when: "Spending at a provider is far above what you know of.",
  steps: [
    discover,
    { id: "volatile/ask-cost" },
    { id: "volatile/spend" },
    { id: "volatile/capture" },
    { id: "contain/stop-gateway", confirm: stopQuestion, again: cameBack },
    { id: "preserve/seal", stopOnFailure: true },
    { id: "collect/all" },
    { id: "analyse/baseline" },
    { id: "analyse/marks" },
    { id: "analyse/cost" },
    { id: "recover/switch-off" },
    startGateway("Start the gateway again now? What you switched off stays off"),
    { id: "recover/provider-check" },
    writeReport,
  ],
  remember: [
    "Open the provider's dashboard first: its figure counts, also what other machines spent with the same key.",
    "Set a hard limit at the provider and alerts at 50, 80 and 100 %; use a key of its own for OpenClaw.",
    "If the provider counts clearly more than the transcripts do, the key is used elsewhere: claw-ir key-compromised.",
    "Use a cheaper model for background work, keep concurrency low, and record prices for every model you use.",
    ...rememberAlways,
  ],
};
