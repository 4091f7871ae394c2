import { isGenuine } from "../../model/persistence.ts";
import type { Mark } from "../mark.ts";
import { itemFindings } from "../persistence.ts";

const base = {
  id: "udev-run",
  title: "Device rule of no package that starts a program as root",
  severity: "medium",
  attack: ["T1546.017"],
} as const;

/** A rule that matches every device runs at every boot. */
export const udevRun: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["udev"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (item.mechanism !== "udev" || isGenuine(item) || item.runs.length + item.sets.length === 0)
        return undefined;
      const always =
        item.trigger === "every device" ||
        /SUBSYSTEM=="(?:net|mem|tty)"|KERNEL=="(?:random|urandom|null)"/.test(item.trigger ?? "");
      return always
        ? { says: "starts a program as root at every boot", severity: "high" }
        : { says: "starts a program as root when a device appears" };
    }),
};
