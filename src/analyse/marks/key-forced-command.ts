import type { AuthorizedKey } from "../../model/host-records.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "key-forced-command",
  title: "Authorized key with a forced command",
  severity: "high",
  attack: ["T1098.004"],
} as const;

/** Options that run something or change what is run. */
const running = new Set(["command", "environment"]);

function optionText(key: AuthorizedKey): string {
  return key.options.map(({ name, value }) => (value === undefined ? name : `${name}="${value}"`)).join(",");
}

export const keyForcedCommand: Mark = {
  ...base,
  needs: ["authorizedKeys"],
  evaluate: (input) =>
    input.readings.authorizedKeys.records
      .filter((key) => key.options.some((option) => running.has(option.name)) || key.hiding)
      .map((key) => {
        const command = key.options.find((option) => option.name === "command")?.value;
        const what =
          command !== undefined
            ? `runs ${quoted(input, command, 160)} at every login`
            : key.hiding
              ? "hides part of its line from a terminal"
              : "sets environment variables at login";
        return finding(base, {
          key: `${key.place.path}\0${key.fingerprint}\0${optionText(key)}`,
          why: command !== undefined ? "runs a command of its own at every login" : what,
          firstSeen: key.modifiedAt,
          summary: `a key of ${quoted(input, key.user, 40)} (${key.fingerprint}, ${quoted(input, key.comment, 60)}) ${what}`,
          evidence: [
            evidenceAt("authorized-keys", key.place, { input, excerpt: `${optionText(key)} ${key.comment}` }),
          ],
          next: ["remove the line unless you put it there; backups and deploy keys use forced commands, too"],
        });
      }),
};
