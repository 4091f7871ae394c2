import type { HostFact } from "../../model/live-records.ts";
import { inWindow } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { factFindings } from "./host-fact.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "temp-executable",
  title: "Program in a temporary folder",
  severity: "medium",
  attack: ["T1036.005", "T1564.001"],
} as const;

const maxFindings = 50;
const runs = ["executable", "binary", "set-id"] as const;

function isProgram({ kind, traits }: HostFact): boolean {
  return kind === "file" && runs.some((trait) => traits.includes(trait));
}

/** Builds leave programs in /tmp; what hides, has another user's rights, lies in memory or is new counts. */
function stands(fact: HostFact): boolean {
  return (
    fact.traits.some((trait) => trait === "set-id" || trait === "hidden-name" || trait === "odd-name") ||
    /^\/(?:dev|run)\/shm\//.test(fact.name)
  );
}

export const tempExecutable: Mark = {
  ...base,
  needs: ["tempFiles"],
  evaluate: (input) => {
    const programs = input.readings.tempFiles.records.filter(isProgram);
    const found = programs.filter((fact) => stands(fact) || inWindow(input.window, fact.at));
    const more = found.length - maxFindings;
    return factFindings(input, found.slice(0, maxFindings), {
      mark: base,
      artifact: "temp-files",
      weights: {
        "set-id": ["high", "runs with its owner's rights"],
        "hidden-name": ["medium", "hides by its name"],
        "odd-name": ["medium", "has a name that does not show whole"],
        executable: ["low", "can be run"],
        binary: ["low", "is a program"],
      },
      next:
        more > 0
          ? `look its hash up, and at ${counted(more, "further file")} of the kind among the temporary files`
          : "look its hash up before anybody runs it",
    });
  },
};
