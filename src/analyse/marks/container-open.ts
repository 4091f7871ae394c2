import type { Mark } from "../mark.ts";
import { factFindings } from "./host-fact.ts";

const base = {
  id: "container-open",
  title: "Container that can leave itself",
  severity: "high",
  attack: ["T1611", "T1610"],
} as const;

export const containerOpen: Mark = {
  ...base,
  needs: ["containers"],
  evaluate: (input) =>
    factFindings(input, input.readings.containers.records, {
      mark: base,
      artifact: "containers",
      weights: {
        privileged: ["high", "is privileged"],
        "container-socket": ["high", "can tell the container engine what to do"],
        "host-root": ["high", "has the host's own folders"],
        "host-pid": ["medium", "sees and can stop the host's processes"],
        "dangerous-capability": ["medium", "has rights that reach beyond it"],
        unconfined: ["low", "runs without the usual confinement"],
      },
      next: "find out who started it and with which command; what ran in it could have changed the host",
    }),
};
