import { findGateway, howItRan, openState } from "../../openclaw/index.ts";
import { inUse } from "../../model/leftover.ts";
import type { StepContext } from "../types.ts";
import { step } from "./step.ts";

export const discover = step({
  id: "volatile/discover",
  stage: "volatile",
  title: "Find the gateway and the credentials it holds",
  mutates: "case",
  plan: ({ installation }) =>
    installation.found
      ? `look at ${installation.target.toHost(installation.target.stateDir)} and at the processes, on copies`
      : "say that no OpenClaw state was found",
  run: async (context) => {
    const { case: subject, host, installation, memory, target } = context;
    subject.facts.set("openclaw", describe(installation));
    // A broken config or an unknown database version: what is read in spite of it is not all there is.
    const reasons: string[] = [...installation.problems];
    if (installation.found) {
      const reason = await lookIntoState(context);
      // The agents' databases are left for later on purpose; what is missing in them is said there.
      if (reason !== undefined && !alreadyTold(reasons, reason)) reasons.push(reason);
    }
    if (target.live) {
      memory.gateway = await findGateway(host, installation, await subject.scratch());
      const ran = howItRan(memory.gateway);
      if (ran !== undefined) {
        memory.howItRan = ran;
        subject.facts.set("howItRan", subject.redactor.json(ran));
      }
    }
    if (!installation.found && reasons.length === 0) reasons.push("no OpenClaw state was found");
    if (reasons.length > 0) return { state: "partial", reason: reasons.join("; ") };
    return {
      state: "done",
      receipt: { credentials: memory.credentials.length, gateway: memory.gateway?.state ?? "not looked for" },
    };
  },
});

/** Credentials and devices, from a copy of the control-plane database; agents' may be large while a gateway runs. */
async function lookIntoState({
  case: subject,
  host,
  installation,
  memory,
}: StepContext): Promise<string | undefined> {
  const state = await openState(host, installation, await subject.scratch(), {
    only: ["state"],
    fingerprintKey: subject.redactor.key,
  });
  try {
    const credentials = await state.credentials();
    memory.credentials = credentials.records;
    for (const { secret } of credentials.records) if (secret !== undefined) subject.redactor.learn(secret);
    const devices = state.devices();
    // Setup tokens go with the devices when these are removed; they are none to choose from.
    memory.devices = inUse(devices.records).filter(({ state }) => state !== "setup");
    return devices.reason;
  } finally {
    await state.close();
  }
}

/** Both the look and the readers name a foreign schema version, in other words. */
function alreadyTold(reasons: readonly string[], reason: string): boolean {
  const beginning = reason.split(",")[0] ?? reason;
  return reasons.some((known) => known.startsWith(beginning));
}

function describe(installation: Parameters<typeof findGateway>[1]): string {
  if (!installation.found) return "not found";
  const { target, version, profile } = { ...installation, profile: installation.target.profile };
  return `${version ?? "unknown version"} in ${target.toHost(target.stateDir)}${profile === undefined ? "" : `, profile ${profile}`}`;
}
