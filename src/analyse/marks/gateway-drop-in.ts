import { gatewayUnitText } from "../../model/persistence.ts";
import { counts, itemFindings } from "../persistence.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "gateway-drop-in",
  title: "A drop-in changes the gateway's unit",
  severity: "medium",
  attack: ["T1543.002"],
} as const;

/** OpenClaw writes a unit and no drop-ins: each was put there by a person, or by an intruder. */
export const gatewayDropIn: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["systemd-user", "systemd-system", "quadlets"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (!item.odd.includes(gatewayUnitText) || !counts(item)) return undefined;
      const next = "read it before the gateway is started again: it decides what runs then";
      const runs =
        item.runs.length > 0 || item.sets.some((set) => /^(?:Exec\w*=|EnvironmentFile=)/.test(set));
      return runs
        ? { says: "makes the gateway's unit run or read something else", severity: "high", next }
        : { says: "changes the gateway's unit", next };
    }),
};
