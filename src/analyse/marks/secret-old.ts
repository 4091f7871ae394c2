import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "secret-old",
  title: "Secret that was not replaced for more than a year",
  severity: "low",
  attack: ["T1552.001"],
} as const;

const year = 365 * 24 * 3600_000;

/** A device's own key is its identity and is not replaced as long as the device is. */
export const secretOld: Mark = {
  ...base,
  needs: ["credentials"],
  evaluate: (input) => {
    const before = Date.parse(input.now) - year;
    return input.readings.credentials.records
      .filter(
        ({ live, kind, createdAt }) =>
          live && kind !== "identity-key" && createdAt !== undefined && Date.parse(createdAt) < before,
      )
      .map((one) =>
        finding(base, {
          key: `${one.id}\0${one.place.path}\0${one.place.locator ?? ""}`,
          confidence: "confirmed",
          firstSeen: one.createdAt,
          summary: `${quoted(input, one.id)} is in use since ${one.createdAt ?? ""}`,
          evidence: [evidenceAt("credentials", one.place)],
          next: ["replace it: whoever saw it since then can still use it"],
        }),
      );
  },
};
