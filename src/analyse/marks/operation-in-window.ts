import type { Operation } from "../../model/activity-records.ts";
import { evidenceAt, finding, inWindow, needsStart, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "operation-in-window",
  title: "OpenClaw was updated, migrated or backed up during the incident",
  severity: "low",
  attack: ["T1195.002", "T1070"],
} as const;

const judged: Readonly<Partial<Record<Operation["kind"], string>>> = {
  update: "OpenClaw was updated",
  migration: "OpenClaw moved its records",
  backup: "a backup was written, with everything that OpenClaw knows",
};

export const operationInWindow: Mark = {
  ...base,
  needs: ["operations"],
  unless: needsStart,
  evaluate: (input) =>
    input.readings.operations.records.flatMap((one) => {
      const says = judged[one.kind];
      if (says === undefined || !inWindow(input.window, one.at)) return [];
      return finding(base, {
        key: `${one.kind}\0${one.place.path}\0${one.place.locator ?? ""}`,
        severity: one.kind === "migration" ? "info" : "low",
        confidence: "confirmed",
        firstSeen: one.at,
        lastSeen: one.endedAt,
        summary: `${says}: ${quoted(input, one.detail, 200)}${one.status === undefined ? "" : ` (${quoted(input, one.status, 40)})`}`,
        evidence: [evidenceAt("operations", one.place, { input, excerpt: one.detail })],
        next: ["find out who asked for it; what is different after it need not be the intruder's doing"],
      });
    }),
};
