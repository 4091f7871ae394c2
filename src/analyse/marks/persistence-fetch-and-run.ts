import { isGenuine } from "../../model/persistence.ts";
import { itemFindings, textOf } from "../persistence.ts";
import { findReverseShell } from "../text/commands.ts";
import { findFetchAndRun } from "../text/fetch-and-run.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "persistence-fetch-and-run",
  title: "Something that starts by itself fetches code or opens a shell to somebody",
  severity: "critical",
  attack: ["T1059", "T1105"],
} as const;

/** Crontabs have a mark of their own. */
export const persistenceFetchAndRun: Mark = {
  ...base,
  needs: ["persistence"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (item.mechanism === "host-cron" || isGenuine(item)) return undefined;
      const text = textOf(item);
      const says = findReverseShell(text)?.says ?? findFetchAndRun(text)[0]?.says;
      return says === undefined ? undefined : { says, confidence: "likely" };
    }),
};
