import { evidenceAt, finding, inWindow, quoted, startUnknown } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "key-unknown",
  title: "Authorized key that was never seen before",
  severity: "high",
  attack: ["T1098.004"],
} as const;

/** A key's age is not written anywhere: without a baseline the file's modification time has to do. */
export const keyUnknown: Mark = {
  ...base,
  needs: ["authorizedKeys"],
  unless: ({ known, window }) =>
    known.keys === undefined && window.since === undefined
      ? `no baseline knows the keys, and ${startUnknown}`
      : undefined,
  evaluate: (input) =>
    input.readings.authorizedKeys.records
      .filter((key) =>
        input.known.keys === undefined
          ? inWindow(input.window, key.modifiedAt)
          : !input.known.keys.has(key.fingerprint),
      )
      .map((key) => {
        const name = key.kind === "key" ? key.fingerprint : "a line that is no key";
        const known =
          input.known.keys === undefined
            ? "stands in a file changed during the incident"
            : "is not in the baseline";
        return finding(base, {
          key: `${key.place.path}\0${key.fingerprint}\0${key.kind === "key" ? "" : key.comment}`,
          severity: input.known.keys === undefined ? "medium" : "high",
          firstSeen: key.modifiedAt,
          summary: `${name} (${quoted(input, key.comment, 60)}) of ${quoted(input, key.user, 40)} ${known}`,
          evidence: [
            evidenceAt("authorized-keys", key.place, { input, excerpt: `${key.type} ${key.comment}` }),
          ],
          next: ["remove the key unless you know its owner: it lets them in without a password"],
        });
      }),
};
