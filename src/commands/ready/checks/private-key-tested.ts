import { configuredRecipients, readTested } from "../../../preserve/index.ts";
import { ageText, type Check, dayMs, ok, unknown, warn } from "../check.ts";

const oldestDays = 365;
const test = "claw-ir key test, on the machine where the private key is or with --private-key FILE";

/** A key whose private part is lost seals archives that nobody opens. */
export const privateKeyTested: Check = {
  id: "private-key-tested",
  title: "somebody can open what is sealed",
  run: async ({ host, dataDir }) => {
    const { usable } = await configuredRecipients(host, dataDir);
    if (usable.length === 0) return unknown("there is no key yet", "claw-ir key generate");
    const tested = new Map(
      (await readTested(host, dataDir)).map(({ fingerprint, provenAt }) => [fingerprint, provenAt]),
    );
    const times = usable
      .map(({ fingerprint }) => Date.parse(tested.get(fingerprint) ?? ""))
      .filter((at) => !Number.isNaN(at));
    if (times.length === 0) return unknown("it was never proven", test);
    const age = host.clock.now().getTime() - Math.max(...times);
    const text = `proven ${ageText(age)} ago for ${times.length} of ${usable.length} keys`;
    return age > oldestDays * dayMs || times.length < usable.length ? warn(text, test) : ok(text);
  },
};
