import { inWindow, type Mark, needsStart } from "../mark.ts";
import { itemFindings } from "../persistence.ts";

const base = {
  id: "npm-lifecycle",
  title: "Global package that came during the incident and ran a script as it was installed",
  severity: "high",
  attack: ["T1195.001", "T1059.007"],
} as const;

/** Without its start a package that was always there cannot be told from one that an intruder brought. */
export const npmLifecycle: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["node-packages"],
  unless: needsStart,
  evaluate: (input) =>
    itemFindings(base, input, ({ mechanism, runs, file }) => {
      if (mechanism !== "node-packages") return undefined;
      if (!inWindow(input.window, file?.modifiedAt) && !inWindow(input.window, file?.bornAt))
        return undefined;
      const next = "look the package and its version up before anything of it is started again";
      return runs.length > 0
        ? { says: "was installed or changed during the incident, and runs a script on installation", next }
        : { says: "was installed or changed during the incident", severity: "medium", next };
    }),
};
