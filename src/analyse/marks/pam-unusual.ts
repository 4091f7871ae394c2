import { isGenuine, letsInText, pamModuleText } from "../../model/persistence.ts";
import { itemFindings } from "../persistence.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "pam-unusual",
  title: "A login runs a program, or asks a module that no package brought",
  severity: "high",
  attack: ["T1556.003"],
} as const;

export const pamUnusual: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["pam"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (item.mechanism !== "pam" || isGenuine(item)) return undefined;
      const next = "compare the file with the package it came with; every login passes through it";
      if (item.odd.includes(letsInText)) return { says: letsInText, severity: "critical", next };
      if (item.runs.length > 0) return { says: "runs a program at every login", next };
      return item.odd.includes(pamModuleText) ? { says: `names or is ${pamModuleText}`, next } : undefined;
    }),
};
