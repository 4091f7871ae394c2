import { shown } from "../../../model/text.ts";
import { configuredRecipients, describeRecipient } from "../../../preserve/index.ts";
import { type Check, dayMs, fail, ok, warn } from "../check.ts";

const soonDays = 30;

/** Somebody has to be able to open what is sealed at night. */
export const recipient: Check = {
  id: "recipient",
  title: "a key to seal to",
  run: async ({ host, dataDir }) => {
    const { usable, refused } = await configuredRecipients(host, dataDir);
    const [first] = usable;
    const reason = refused[0] === undefined ? "" : `: ${shown(refused[0].reason, 200)}`;
    if (first === undefined)
      return fail(
        refused.length === 0 ? "there is none" : `none that can be used${reason}`,
        "claw-ir key generate, or claw-ir key import FILE",
      );
    const soon = host.clock.now().getTime() + soonDays * dayMs;
    const ending = usable.find(({ expiresAt }) => expiresAt !== undefined && Date.parse(expiresAt) < soon);
    if (ending?.expiresAt !== undefined)
      return warn(
        `${describeRecipient(ending)} expires on ${ending.expiresAt.slice(0, 10)}`,
        "extend it (gpg --quick-set-expire) and import it again, or make another: claw-ir key generate",
      );
    if (refused.length > 0) return warn(`one cannot be used${reason}`, "claw-ir key list says more");
    return ok(usable.map(describeRecipient).join(", "));
  },
};
