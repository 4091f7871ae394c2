import type { Mark } from "../mark.ts";
import { factFindings } from "./host-fact.ts";

const base = {
  id: "name-redirected",
  title: "A well-known name is answered by /etc/hosts",
  severity: "high",
  attack: ["T1565.001", "T1557"],
} as const;

export const nameRedirected: Mark = {
  ...base,
  needs: ["network"],
  evaluate: (input) =>
    factFindings(input, input.readings.network.records, {
      mark: base,
      artifact: "network",
      weights: {
        "redirected-name": ["high", "never reaches a resolver: keys sent there go where the line says"],
      },
      next: "compare the address with the provider's, and rotate what was sent to it",
    }),
};
