import { evidenceAt, finding, span } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "boot-crash",
  title: "The gateway ended without a clean stop",
  severity: "low",
  attack: ["T1489", "T1499"],
} as const;

export const bootCrash: Mark = {
  ...base,
  needs: ["boots"],
  evaluate: (input) => {
    const boots = [...input.readings.boots.records].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
    // The last one may still run, or have been ended by the containment itself.
    const crashed = boots
      .slice(0, -1)
      .filter((boot) => boot.outcome === undefined && boot.endedAt === undefined);
    if (crashed.length === 0) return [];
    return [
      finding(base, {
        key: "all",
        confidence: "confirmed",
        ...span(crashed.map((boot) => boot.startedAt)),
        summary: `${crashed.length} of ${counted(boots.length, "run")} of the gateway ended by a kill or a crash`,
        evidence: crashed.slice(-20).map((boot) => evidenceAt("boots", boot.place)),
        next: ["look in the system's log for who killed it: out of memory, a signal, or a power cut"],
      }),
    ];
  },
};
