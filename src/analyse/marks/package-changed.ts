import { changedText } from "../../model/persistence.ts";
import type { Mark } from "../mark.ts";
import { itemFindings } from "../persistence.ts";

const base = {
  id: "package-changed",
  title: "Program or library that is not as its package brought it",
  severity: "high",
  attack: ["T1554"],
} as const;

const program = /^\/(?:usr\/(?:local\/)?)?s?bin\/|\.so(?:\.\d{1,6}){0,4}$|\/security\/pam_|\.ko$/;

/** Edited configuration files are no findings; what a package replaced as a whole is told once. */
export const packageChanged: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["package-verification"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (item.mechanism !== "package-verification") return undefined;
      if (item.odd.includes(changedText)) {
        const bad = program.test(item.place.path);
        const next =
          "compare it with the package's file (apt-get download, dpkg -x) on another host; do not run it";
        return {
          says: `of package ${item.package ?? "?"}: ${changedText}`,
          severity: bad ? "critical" : "medium",
          next,
        };
      }
      const many = /^\d+ files of /.test(item.name);
      return many
        ? { says: "were replaced together, as by another package manager", severity: "low" }
        : undefined;
    }),
};
