import type { Credential } from "../../model/records.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "secret-copy",
  title: "Leftover copy of a secret that is still in use",
  severity: "low",
  attack: ["T1552.001"],
} as const;

const maxPlaces = 50;

/** A backup of the config or a migrated file gives away the value that is in use now; a rotation must reach it, too. */
export const secretCopy: Mark = {
  ...base,
  needs: ["credentials"],
  unless: (input) =>
    input.readings.credentials.records.some(({ secret, mark }) => secret !== undefined && mark === undefined)
      ? "without fingerprints values cannot be compared"
      : undefined,
  evaluate: (input) => {
    const { records } = input.readings.credentials;
    const inUse = new Map<string, Credential>();
    for (const one of records)
      if (one.live && one.mark !== undefined && !inUse.has(one.mark.fingerprint))
        inUse.set(one.mark.fingerprint, one);
    const copies = Map.groupBy(
      records.filter((one) => !one.live && inUse.has(one.mark?.fingerprint ?? "")),
      ({ mark }) => mark?.fingerprint ?? "",
    );
    return [...copies].flatMap(([fingerprint, of]) => {
      const live = inUse.get(fingerprint);
      if (live === undefined) return [];
      return [
        finding(base, {
          key: live.id,
          confidence: "confirmed",
          summary: `${quoted(input, live.id)} (${fingerprint}) stands in ${counted(of.length, "leftover place")} besides those in use`,
          evidence: of.slice(0, maxPlaces).map(({ place }) => evidenceAt("credentials", place)),
          next: ["remove the copies when nobody needs them any more, or rotate the value"],
        }),
      ];
    });
  },
};
