import type { Sandbox } from "../../model/activity-records.ts";
import type { Severity } from "../../model/outcome.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { agentsIn } from "./sandbox-config.ts";

const base = {
  id: "sandbox-stale",
  title: "Sandbox of an agent or a session that is not there",
  severity: "medium",
  attack: ["T1610", "T1070"],
} as const;

/** "agent:main:telegram:…": whose sandbox it is. With scope "agent" the key ends behind the agent, with "shared" it is "shared". */
function ownerOf({ session }: Sandbox): { readonly agent?: string; readonly session?: string } {
  const parts = session?.split(":") ?? [];
  if (parts[0] !== "agent" || parts[1] === undefined) return {};
  return parts.length > 2 && session !== undefined ? { agent: parts[1], session } : { agent: parts[1] };
}

/** OpenClaw removes a sandbox some time after its last use: one whose session is gone was made, or the session removed, by hand. */
export const sandboxStale: Mark = {
  ...base,
  needs: ["sandboxes", "sessions", "configFile"],
  evaluate: (input) => {
    const { sessions, sandboxes } = input.readings;
    const keys = new Set(sessions.records.map(({ key }) => key.toLowerCase()));
    const agents = new Set([...agentsIn(input.config.value), ...sessions.records.map(({ agent }) => agent)]);
    return sandboxes.records.flatMap((sandbox) => {
      const { agent, session } = ownerOf(sandbox);
      // Where not every session could be read, one that is not among them may be there.
      if (agent !== undefined && !agents.has(agent))
        return tell(input, sandbox, { owner: `agent ${quoted(input, agent)}`, severity: "medium" });
      const isThere = session === undefined || keys.has(session.toLowerCase());
      if (isThere || sessions.outcome !== "ok") return [];
      return tell(input, sandbox, { owner: `session ${quoted(input, session)}`, severity: "low" });
    });
  },
};

function tell(
  input: MarkInput,
  sandbox: Sandbox,
  { owner, severity }: { readonly owner: string; readonly severity: Severity },
): ReturnType<Mark["evaluate"]> {
  const { kind, name, usedAt, createdAt, place } = sandbox;
  return [
    finding(base, {
      key: `${kind}\0${name}`,
      severity,
      firstSeen: createdAt,
      lastSeen: usedAt,
      why: "belongs to nothing that is there",
      summary: `${kind} ${quoted(input, name)} was made for ${owner}, and there is none`,
      evidence: [evidenceAt("sandboxes", place)],
      next: ["look at what was changed in it before it is removed (openclaw sandbox list, then recreate)"],
    }),
  ];
}
