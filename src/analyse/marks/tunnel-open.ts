import type { Mark } from "../mark.ts";
import { factFindings } from "./host-fact.ts";

const base = {
  id: "tunnel-open",
  title: "A tunnel between this machine and elsewhere",
  severity: "medium",
  attack: ["T1572", "T1090"],
} as const;

export const tunnelOpen: Mark = {
  ...base,
  needs: ["network"],
  evaluate: (input) => {
    const facts = input.readings.network.records;
    const processes = facts.filter((fact) => fact.kind === "tunnel-process");
    return factFindings(input, processes, {
      mark: base,
      artifact: "network",
      weights: { tunnel: ["medium", "makes a way past the firewall"] },
      next: "ask whose tunnel it is; through it somebody may still be connected when the gateway is down",
    });
  },
};
