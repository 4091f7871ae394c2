import { stopGateway } from "../../contain/index.ts";
import type { StopProof } from "../../contain/types.ts";
import { findGateway } from "../../openclaw/index.ts";
import type { StepContext, StepResult } from "../types.ts";
import { step } from "./step.ts";

export const stopGatewayStep = step({
  id: "contain/stop-gateway",
  stage: "contain",
  title: "Stop the gateway and prove that it is down",
  mutates: "host",
  liveOnly: true,
  plan: ({ installation }) =>
    `stop the gateway on port ${installation.gatewayPort} through its service manager, else by SIGTERM and SIGKILL to the verified process, then watch that nothing comes back`,
  run: async (context) => {
    const { case: subject, host, installation, memory } = context;
    const since = host.clock.monotonic() - memory.startedAt;
    const proof = await stopGateway(host, {
      installation,
      locate: async () => findGateway(host, installation, await subject.scratch()),
      say: context.say,
      journal: async (what, detail) => {
        await subject.journal.append("mutation", { step: "contain/stop-gateway", what, ...detail });
      },
    });
    subject.facts.set("stop", subject.redactor.json(proof));
    // When the last process was dead and the port closed; the watch for a return, which follows, confirms it.
    if (proof.state === "down" && proof.downMs !== null && !isGuess(proof, context))
      subject.facts.set("containedInMs", Math.round(since + proof.downMs));
    const at = host.clock.now().toISOString();
    for (const { what, how } of proof.inverse)
      subject.switchedOff.add({ what, how: "to keep the gateway down", inverse: how, at });
    return resultOf(proof, context);
  },
});

function resultOf(proof: StopProof, context: StepContext): StepResult {
  const { case: subject } = context;
  for (const warning of proof.warnings) context.say(warning);
  const receipt = subject.redactor.json(proof);
  const told = proof.how.join("; ");
  if (isGuess(proof, context)) {
    const reason = `${told}; but without a state that can be read nobody can tell which process would be its gateway`;
    return { state: "partial", reason, receipt };
  }
  if (proof.state === "down") return { state: "done", reason: told, receipt };
  if (proof.state === "unknown") return { state: "partial", reason: proof.reason ?? told, receipt };
  return { state: "failed", reason: proof.reason ?? told, receipt };
}

/** Nothing was found to stop, and no state says what to look for: that is no proof. */
function isGuess({ state, wasRunning }: StopProof, { installation }: StepContext): boolean {
  return state === "down" && !wasRunning && !installation.found;
}
