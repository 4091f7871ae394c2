import type { Mark } from "../mark.ts";
import { factFindings } from "./host-fact.ts";

const base = {
  id: "mount-hides",
  title: "A mount hides a process or a file of the system",
  severity: "critical",
  attack: ["T1564.013", "T1014"],
} as const;

export const mountHides: Mark = {
  ...base,
  needs: ["mounts"],
  evaluate: (input) =>
    factFindings(input, input.readings.mounts.records, {
      mark: base,
      artifact: "mounts",
      weights: {
        "over-proc": ["critical", "lies over a part of /proc: the process there shows in no listing"],
        "over-system-file": ["medium", "lies over a file of the system"],
      },
      next: "note which process it covers (umount shows it again), after its memory and files were copied",
    }),
};
