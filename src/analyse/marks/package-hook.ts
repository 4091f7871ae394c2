import { isGenuine } from "../../model/persistence.ts";
import type { Mark } from "../mark.ts";
import { itemFindings } from "../persistence.ts";

const base = {
  id: "package-hook",
  title: "Command of no package that runs whenever software is installed",
  severity: "high",
  attack: ["T1546.016"],
} as const;

/** What the official Debian and Ubuntu images for Docker run to keep apt's cache empty. */
const cleaning = /^(?:\s*(?:rm -f (?:\/var\/cache\/apt\/[\w./*-]{1,60}\s*)+(?:\|\| true)?|true)\s*;?)+$/;

export const packageHook: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["package-hooks"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (item.mechanism !== "package-hooks" || isGenuine(item) || item.runs.length === 0) return undefined;
      if (item.runs.every((run) => cleaning.test(run)) || item.enabled === false) return undefined;
      return { says: "runs as root with every installation or update, and no package brought it" };
    }),
};
