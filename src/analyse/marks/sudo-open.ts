import { isGenuine, noPasswordText } from "../../model/persistence.ts";
import { counts, itemFindings } from "../persistence.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "sudo-open",
  title: "sudo or doas lets an account act as another without being asked",
  severity: "high",
  attack: ["T1548.003"],
} as const;

/** A rule for one command alone is less than one for all of them. */
export const sudoOpen: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["sudoers", "doas"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (!/^(?:sudoers|doas)$/.test(item.mechanism) || !counts(item) || isGenuine(item)) return undefined;
      const next =
        "whoever controls the agent's account has what this rule gives; take it out unless you need it";
      const all = item.runs.length === 0 || item.runs.some((run) => /(?:^|[:\s)])ALL$/.test(run));
      if (item.odd.includes(noPasswordText))
        return { says: noPasswordText, severity: all ? "high" : "medium", next };
      const weak = item.odd.filter((fact) => fact !== "asks for no password");
      if (weak.length > 0) return { says: `weakens it: ${weak.join("; ")}`, severity: "medium" };
      return item.odd.length > 0
        ? { says: "asks for no password", severity: all ? "medium" : "low" }
        : undefined;
    }),
};
