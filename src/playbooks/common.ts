import { stateOf } from "../rotate/index.ts";
import { finishedSteps } from "./progress.ts";
import type { StepId } from "./steps/index.ts";
import type { PlaybookStep, StepContext } from "./types.ts";

/** In every run, also a resumed one: the secrets it finds are what the redactor and the proofs need, and are kept nowhere. */
export const discover: PlaybookStep<StepId> = { id: "volatile/discover", always: true };

/** Looked at and kept before anything is stopped: what a stop would destroy. */
export const captureFirst: readonly PlaybookStep<StepId>[] = [discover, { id: "volatile/capture" }];

/** After a reboot or a supervisor's work the gateway may run again; a state is sealed at rest. */
export const cameBack = ({ case: subject, memory }: StepContext): boolean =>
  memory.gateway?.state === "running" && !finishedSteps(subject.journal).has("preserve/seal");

const notStarted = ({ case: subject }: StepContext): boolean => subject.facts.get("started") !== true;

/** A key that the user did not have yet, as long as the gateway is down and takes it from the state. */
export const rotationsOpen = (context: StepContext): boolean =>
  notStarted(context) &&
  context.case.receipts
    .all()
    .some((receipt) => !withOwnStep.includes(receipt.kind) && stateOf(receipt) === "pending");

const withOwnStep: readonly string[] = ["gateway-token", "device-token"];

/** The gateway goes down, the state is sealed, and only then is anything read closely. */
export const stopAndSeal: readonly PlaybookStep<StepId>[] = [
  { id: "contain/stop-gateway", again: cameBack },
  // Without a seal nothing may be changed: a rotation would overwrite the evidence of how it was before.
  { id: "preserve/seal", stopOnFailure: true },
];

export const readEverything: readonly PlaybookStep<StepId>[] = [
  { id: "collect/all" },
  { id: "analyse/baseline" },
  { id: "analyse/marks" },
];

export const startAgain: readonly PlaybookStep<StepId>[] = [
  startGateway("Start the gateway again now? It will act with the credentials that are in place"),
  { id: "recover/prove-gateway-token" },
];

/** Only on an explicit yes; who said no in the night is asked again on resume. */
export function startGateway(message: string): PlaybookStep<StepId> {
  return {
    id: "recover/start-gateway",
    confirm: { id: "recover.start", message, default: false, explicit: true },
    again: notStarted,
  };
}

export const writeReport: PlaybookStep<StepId> = { id: "report/write", always: true };

export const keepOnLoopback =
  "Keep the gateway on loopback; reach it through ssh or Tailscale serve, never funnel.";

/** What every incident leaves to people, whatever its kind. */
export const rememberAlways: readonly string[] = [
  "Read the provider's own usage logs for the time in question: what was done with a key elsewhere leaves no trace on this host.",
  "Before it works by itself again, deny the tools that it does not need (exec first) and have the others ask for approval.",
  "Look through tasks, cron runs and channel history for the unusual before any automation is switched on again.",
  "Assume that the intruder had everything OpenClaw could reach: chats, files of the workspace, every key in its state.",
  "Keep the sealed archive and its key off this host; check the case with: claw-ir case verify.",
  "Write the post-mortem while it is fresh: claw-ir postmortem.",
];
