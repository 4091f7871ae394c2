import { changedText } from "../../model/persistence.ts";
import type { Mark } from "../mark.ts";
import { itemFindings } from "../persistence.ts";

const base = {
  id: "set-id-unknown",
  title: "Program that runs as another user and comes from no package",
  severity: "high",
  attack: ["T1548.001"],
} as const;

const usual =
  /\/(?:chrome-sandbox|chrome_sandbox|snap-confine|mount\.\w{1,20}|VBox\w{1,30}|vmware-user-suid-wrapper)$/;
const capable =
  /cap_(?:setuid|setgid|sys_admin|sys_ptrace|dac_override|dac_read_search|sys_module|bpf|chown|fowner)/;

/** A shell or an interpreter with these bits is root for whoever starts it. */
const shell = /^(?:(?:ba|da|z|k|fi)?sh|python[\d.]*|perl[\d.]*|node|ruby|vim?|find|env|cp|nmap|awk|tar)$/;

export const setIdUnknown: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["set-id"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (item.mechanism !== "set-id") return undefined;
      if (item.odd.includes(changedText)) return { says: changedText, severity: "critical" };
      const strong = item.sets.includes("set-user-id") || item.sets.some((set) => capable.test(set));
      if (strong && shell.test(item.name))
        return { says: "gives whoever starts it another user's rights", severity: "critical" };
      if (item.package !== undefined || item.odd.length === 0) return undefined;
      const says = "runs with another user's rights, and no package brought it";
      return { says, severity: usual.test(item.place.path) ? "low" : strong ? "high" : "medium" };
    }),
};
