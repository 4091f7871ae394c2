import { num, str } from "../../model/json.ts";
import { evidenceAt, finding, inWindow, needsStart, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "container-in-window",
  title: "Container of OpenClaw that was made during the incident",
  severity: "medium",
  attack: ["T1610"],
} as const;

/** A changed command, image or mount needs a new container: one that only starts again keeps the time at which it was made. */
export const containerInWindow: Mark = {
  ...base,
  needs: ["containers"],
  unless: needsStart,
  evaluate: (input) =>
    input.readings.containers.records.flatMap((fact) => {
      const created = str(fact.data?.["created"]);
      // OpenClaw makes and removes its sandboxes all day.
      const counts = fact.traits.includes("openclaw") && !fact.traits.includes("sandbox");
      if (!counts || created === undefined || !inWindow(input.window, created)) return [];
      const again = num(fact.data?.["restarts"]) ?? 0;
      const restarted = again > 0 ? `, and was started again ${counted(again, "time")} since` : "";
      return finding(base, {
        key: `${fact.name}\0${fact.place.path}`,
        firstSeen: created,
        summary: `container ${quoted(input, fact.name)} was made at ${created}${restarted}: its command, image and mounts are those of then`,
        evidence: [evidenceAt("containers", fact.place, { input, excerpt: fact.detail })],
        next: ["compare its command, image and mounts with those of your compose file or your notes"],
      });
    }),
};
