import { addRemember } from "../remember.ts";
import { describeDevice } from "./device-text.ts";
import { nameOf, removedIds } from "./rotate-devices.ts";
import { step } from "./step.ts";

export const pairAgain = step({
  id: "recover/pair-again",
  stage: "recover",
  title: "Say which devices may be paired again",
  mutates: "case",
  needsState: true,
  plan: () => "ask which of the removed devices you know, and say how to pair those, and only those, again",
  run: async (context) => {
    const ids = removedIds(context.case);
    const removed = context.memory.devices.filter(({ id, state }) => ids.includes(id) && state === "paired");
    if (removed.length === 0) return { state: "skipped", reason: "no paired device was removed" };
    const now = context.host.clock.now();
    const known = await context.host.prompt.chooseMany({
      id: "devices.pair-again",
      message: "Which of these do you know, by holding it or by asking its owner?",
      choices: removed.map((device) => ({
        value: device.id,
        name: nameOf(device),
        description: describeDevice(device, now),
      })),
      default: [],
    });
    for (const device of removed.filter(({ id }) => known.includes(id))) {
      addRemember(
        context.case,
        `Pair ${nameOf(device)} again: connect it with the new token, compare its device id (${device.id.slice(0, 16)}…), then openclaw devices approve REQUEST.`,
      );
    }
    const unknown = removed.filter(({ id }) => !known.includes(id));
    for (const device of unknown)
      addRemember(context.case, `Do not pair ${nameOf(device)} again: nobody vouched for it.`);
    return { state: "done", receipt: { known: [...known], unknown: unknown.map(({ id }) => id) } };
  },
});
