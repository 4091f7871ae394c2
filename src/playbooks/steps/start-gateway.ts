import { join } from "node:path";
import { at } from "../../model/json.ts";
import { durationText, shown } from "../../model/text.ts";
import { findGateway } from "../../openclaw/index.ts";
import { startGateway } from "../../recover/start.ts";
import { storedHowItRan, storedServices } from "../../recover/stored.ts";
import { step } from "./step.ts";

export const startGatewayStep = step({
  id: "recover/start-gateway",
  stage: "recover",
  title: "Start the gateway again and prove its health",
  mutates: "host",
  liveOnly: true,
  needsState: true,
  plan: () =>
    "only on an explicit yes: start it the way it ran, wait for /readyz, and check that what answers is what was started",
  run: async ({ case: subject, host, installation, memory, say }) => {
    const ran = memory.howItRan ?? storedHowItRan(subject.facts.get("howItRan"));
    const proof = await startGateway(host, {
      installation,
      stoppedServices: storedServices(at(subject.facts.get("stop"), "services")),
      ...(ran === undefined ? {} : { howItRan: ran }),
      // What a gateway prints belongs to OpenClaw's own logs: it may quote chats.
      logFile: join(installation.target.stateDir, "logs", "gateway-run.log"),
      locate: async () => findGateway(host, installation, await subject.scratch()),
      trust: (program) =>
        host.prompt.confirm({
          id: "recover.trust-program",
          message: `Only ${program.source} names the program to start: ${program.argv.join(" ")}. Start it?`,
          default: false,
          explicit: true,
        }),
      journal: async (what, detail) => {
        await subject.journal.append("mutation", { step: "recover/start-gateway", what, ...detail });
      },
      say,
    });
    for (const warning of proof.warnings) say(warning);
    subject.facts.set("started", proof.state === "ready");
    const receipt = subject.redactor.json(proof);
    const off = subject.switchedOff.all();
    if (off.length > 0)
      say(
        `Still switched off or removed: ${off.map(({ what }) => shown(what, 80)).join(", ")}. The report says how each is switched on again.`,
      );
    if (proof.state === "ready") {
      return {
        state: "done",
        reason: `ready after ${durationText(proof.readyMs ?? 0)}, pid ${proof.pid ?? 0}`,
        receipt,
      };
    }
    const state = proof.state === "started-not-ready" ? "partial" : "failed";
    return { state, reason: proof.reason ?? proof.how.join("; "), receipt };
  },
});
