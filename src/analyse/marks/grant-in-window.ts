import { inUse } from "../../model/leftover.ts";
import type { Severity } from "../../model/outcome.ts";
import type { Grant } from "../../model/records.ts";
import { evidenceAt, finding, inWindow, needsStart, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "grant-in-window",
  title: "Permission that was given for good during the incident",
  severity: "high",
  attack: ["T1098", "T1548"],
} as const;

const severities: Readonly<Record<Grant["kind"], Severity>> = {
  "standing-grant": "high",
  "exec-allowlist": "high",
  "channel-allow": "medium",
  "channel-pairing": "low",
};

/** It outlives the device, token or session that gave it: revoking those does not take it back. */
export const grantInWindow: Mark = {
  ...base,
  needs: ["grants"],
  unless: needsStart,
  evaluate: (input) =>
    inUse(input.readings.grants.records)
      .filter((grant) => inWindow(input.window, grant.createdAt))
      .map((grant) =>
        finding(base, {
          key: `${grant.kind}\0${grant.subject}\0${grant.place.locator ?? ""}`,
          severity: severities[grant.kind],
          firstSeen: grant.createdAt,
          summary: `${grant.kind.replaceAll("-", " ")} for ${quoted(input, grant.subject, 120)} was given${grant.detail === undefined ? "" : ` (${quoted(input, grant.detail, 120)})`}`,
          evidence: [evidenceAt("grants", grant.place, { input, excerpt: grant.subject })],
          next: ["take it back unless you gave it; revoking the device that gave it is not enough"],
        }),
      ),
};
