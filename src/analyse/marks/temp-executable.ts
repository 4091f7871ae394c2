import type { Finding } from "../../model/evidence.ts";
import type { HostFact } from "../../model/live-records.ts";
import { inWindow } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { factFindings, type FactMark } from "./host-fact.ts";
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

/** What was unpacked or built in one folder is one thing; what lies there by itself, or has its owner's rights, is another. */
function treeOf({ name, traits }: HostFact): string | undefined {
  if (traits.includes("set-id")) return undefined;
  return /^\/(?:tmp|var\/tmp|dev\/shm|run\/shm|run\/user\/\d+)\/[^/]+(?=\/)/.exec(name)?.[0];
}

const shape: Omit<FactMark, "next"> = {
  mark: base,
  artifact: "temp-files",
  together: treeOf,
  weights: {
    "set-id": ["high", "runs with its owner's rights"],
    "hidden-name": ["medium", "hides by its name"],
    "odd-name": ["medium", "has a name that does not show whole"],
    executable: ["low", "can be run"],
    binary: ["low", "is a program"],
  },
};

export const tempExecutable: Mark = {
  ...base,
  needs: ["tempFiles"],
  evaluate: (input) => {
    const programs = input.readings.tempFiles.records.filter(isProgram);
    const found = programs.filter((fact) => stands(fact) || inWindow(input.window, fact.at));
    const tell = (next: string): readonly Finding[] => factFindings(input, found, { ...shape, next });
    const all = tell("look its hash up before anybody runs it");
    const more = all.length - maxFindings;
    if (more <= 0) return all;
    const further = counted(more, "further file or folder", "further files or folders");
    return tell(`look its hash up, and at ${further} of the kind among the temporary files`).slice(
      0,
      maxFindings,
    );
  },
};
