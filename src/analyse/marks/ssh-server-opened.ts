import { isGenuine } from "../../model/persistence.ts";
import { counts, itemFindings } from "../persistence.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "ssh-server-opened",
  title: "The ssh server runs a program, or takes keys from elsewhere",
  severity: "high",
  attack: ["T1098.004", "T1556"],
} as const;

const keys = /^(?:authorizedkeyscommand|authorizedprincipalscommand)$/i;

export const sshServerOpened: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["sshd-config"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (item.mechanism !== "sshd-config" || !counts(item) || isGenuine(item)) return undefined;
      if (keys.test(item.name)) return { says: "lets a program say which keys may log in" };
      if (/^trustedusercakeys$/i.test(item.name))
        return { says: "lets whoever holds a signing key log in as anybody", severity: "medium" };
      const usual = /^subsystem$/i.test(item.name) && item.odd.length === 0;
      if (item.runs.length > 0 && !usual)
        return { says: "runs a program at every login", severity: "medium" };
      return item.odd.length > 0 ? { says: item.odd.join("; "), severity: "medium" } : undefined;
    }),
};
