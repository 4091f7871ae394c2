import type { Finding } from "../../model/evidence.ts";
import type { HostFact } from "../../model/live-records.ts";
import type { Mark, MarkInput } from "../mark.ts";
import { factFindings, type FactMark, type TraitWeights } from "./host-fact.ts";

const base = {
  id: "container-reach",
  title: "Container that reaches what belongs to OpenClaw or its account",
  severity: "high",
  attack: ["T1610", "T1611", "T1552.001"],
} as const;

interface Role {
  readonly holds: (fact: HostFact) => boolean;
  readonly weights: TraitWeights;
  readonly next: string;
}

/** The gateway's own container has the state, and needs nothing else of the account's. A container for tools needs neither. */
const roles: readonly Role[] = [
  {
    holds: ({ traits }) => traits.includes("sandbox"),
    weights: {
      "mounts-state": ["critical", "has OpenClaw's own files, and is made for untrusted commands"],
      "mounts-home": ["critical", "has the account's home, and is made for untrusted commands"],
      "mounts-logins": ["critical", "has keys or logins of the account, and is made for untrusted commands"],
      "host-network": ["high", "is in the host's network, where the gateway listens"],
      "joins-container": ["high", "is in another container's network"],
      "added-capability": ["high", "has rights added to it"],
    },
    next: "stop it, and treat what it could read as known to others; OpenClaw's `security audit` tells such settings as sandbox.dangerous_bind_mount and sandbox.dangerous_network_mode",
  },
  {
    holds: ({ traits }) => traits.includes("openclaw"),
    weights: {
      "mounts-home": ["high", "has the account's whole home"],
      "mounts-logins": ["high", "has keys or logins of the account"],
      "host-network": ["medium", "is in the host's network and reaches what listens on loopback"],
      "joins-container": ["low", "is in another container's network"],
      "added-capability": ["medium", "has rights added to it"],
    },
    next: "compare it with the compose file or command that it should have been made with",
  },
  {
    holds: () => true,
    weights: {
      "mounts-state": ["high", "has OpenClaw's own files, and is nothing of OpenClaw by name"],
      "mounts-logins": ["medium", "has keys or logins of the account"],
    },
    next: "find out who started it; what it could read counts as known to whoever did",
  },
];

export const containerReach: Mark = {
  ...base,
  needs: ["containers"],
  evaluate: (input) => {
    const byRole = Map.groupBy(input.readings.containers.records, (fact) =>
      roles.find(({ holds }) => holds(fact)),
    );
    return [...byRole].flatMap(([role, facts]) => (role === undefined ? [] : judged(input, facts, role)));
  },
};

function judged(input: MarkInput, facts: readonly HostFact[], { weights, next }: Role): readonly Finding[] {
  const shape: FactMark = { mark: base, artifact: "containers", weights, next };
  return factFindings(input, facts, shape);
}
