import { accountTime, adminGroups, groupsOf, rootTwin } from "../../model/account-facts.ts";
import type { PersistenceItem } from "../../model/persistence.ts";
import { inWindow, type Mark, type MarkInput } from "../mark.ts";
import { itemFindings, type Judged } from "../persistence.ts";

const base = {
  id: "account-admin",
  title: "Account that is root by another name, new, or open",
  severity: "high",
  attack: ["T1136.001", "T1078.003"],
} as const;

const next = "ask who made the account; lock it (usermod -L, chage -E0) after the evidence is sealed";

/** Who may become root, and who came during the incident. */
export const accountAdmin: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["accounts", "mac-profiles"],
  evaluate: (input) =>
    itemFindings(base, input, (item) =>
      /^(?:accounts|mac-profiles)$/.test(item.mechanism) && item.trigger === "login"
        ? judge(item, input)
        : undefined,
    ),
};

function judge(item: PersistenceItem, { window }: MarkInput): Judged | undefined {
  const { odd, enabled } = item;
  if (odd.includes(rootTwin)) return { says: rootTwin, severity: "critical", confidence: "likely", next };
  if (odd.includes("no password is asked for") && enabled !== false) {
    return { says: "can be used without a password", severity: "high", next };
  }
  const made = inWindow(window, accountTime(item, "homeMade"));
  // The day alone is kept: a change on the day the incident began counts.
  const day = window.since === undefined ? {} : { since: `${window.since.slice(0, 10)}T00:00:00.000Z` };
  const password = inWindow({ ...window, ...day }, accountTime(item, "passwordChanged"));
  if (made || password) {
    const admin = groupsOf(item).some((group) => adminGroups.has(group));
    const says = made
      ? "got its home folder during the incident"
      : "got its password, or lost it, during the incident";
    return { says: admin ? `may become root and ${says}` : says, severity: admin ? "high" : "medium", next };
  }
  return odd.length === 0 ? undefined : { says: odd.join("; "), severity: "low", next };
}
