import { isGenuine } from "../../model/persistence.ts";
import type { PersistenceItem } from "../../model/persistence.ts";
import { itemFindings } from "../persistence.ts";
import { oddPlace, programPaths } from "../text/program-paths.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "persistence-place",
  title: "Something that starts by itself lies in a temporary or hidden folder",
  severity: "high",
  attack: ["T1036.005", "T1564.001"],
} as const;

/** Settings whose value is where code or settings are taken from. */
const taking =
  /^(?:link to |EnvironmentFile=-?|RootDirectory=|RootImage=|AuthorizedKeysFile |TrustedUserCAKeys |IdentityAgent |PKCS11Provider |SecurityKeyProvider |(?:export )?(?:PATH|BASH_ENV|ENV|ZDOTDIR|LD_\w{1,30}|NODE_PATH|PYTHONPATH|PERL5LIB)=)["']?/;

/** Crontabs have a mark of their own. */
export const persistencePlace: Mark = {
  ...base,
  needs: ["persistence"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (item.mechanism === "host-cron" || isGenuine(item)) return undefined;
      const paths = [...item.runs.flatMap(programPaths), ...taken(item)];
      const found = paths.map((path) => oddPlace(path));
      if (found.includes("temporary")) return { says: "runs or loads something from a temporary folder" };
      return found.includes("hidden")
        ? { says: "runs or loads something from a hidden folder", severity: "medium" }
        : undefined;
    }),
};

function taken({ sets, mechanism, name }: PersistenceItem): readonly string[] {
  const own = mechanism === "ld-so" ? [`${name}/`] : [];
  return [
    ...own,
    ...sets.flatMap((set) => {
      const head = taking.exec(set)?.[0];
      return head === undefined
        ? []
        : set
            .slice(head.length)
            .split(/[\s:"']+/)
            .map((path) => `${path}/`);
    }),
  ].filter((path) => path.startsWith("/"));
}
