import { showMark } from "../../model/secret.ts";
import type { RotationItem } from "../../rotate/index.ts";
import { isHostTaken } from "../answers.ts";
import type { StepContext } from "../types.ts";
import { nameOfItem, planOf, putReceipt } from "./rotation.ts";
import { step } from "./step.ts";

export const rotatePlan = step({
  id: "rotate/plan",
  stage: "rotate",
  title: "Plan what has to be rotated, in which order",
  mutates: "case",
  needsState: true,
  plan: () =>
    "order the leaked credential and what may have leaked with it, parents before children, and ask which to rotate now",
  run: async (context) => {
    const { items, left } = await planOf(context);
    if (items.length === 0)
      return { state: "skipped", reason: "no credential was found that could be rotated" };
    // Who is asked sees the same list as choices.
    if (!context.host.prompt.interactive || isHostTaken(context.case)) {
      for (const [index, item] of items.entries())
        context.say(`${index + 1}. ${nameOfItem(item)}: ${describe(context, item)}`);
    }
    if (left.length > 0)
      context.say(`${left.length} more places are copies, or no part of what may have leaked.`);
    const wanted = await choose(context, items);
    context.case.facts.set("rotation", { items: wanted });
    // A receipt without steps: what is planned and never done is counted as open, and the report names it.
    for (const item of items) putReceipt(context, item, { steps: [] });
    return { state: "done", receipt: { planned: items.map(({ id }) => id), now: wanted } };
  },
});

async function choose(context: StepContext, items: readonly RotationItem[]): Promise<readonly string[]> {
  if (isHostTaken(context.case)) {
    context.say("This host is compromised itself: rotate these from another machine, in this order.");
    return [];
  }
  return context.host.prompt.chooseMany({
    id: "rotate.items",
    message: `Rotate which of these ${items.length} now? The rest stays open in the report`,
    choices: items.map((item) => ({
      value: item.id,
      name: nameOfItem(item),
      description: describe(context, item),
    })),
    default: items.map(({ id }) => id),
  });
}

const because: Readonly<Record<RotationItem["why"], string>> = {
  chosen: "what leaked",
  "same place": "stands beside what leaked",
  "same host": "may have leaked with it",
  "goes with the gateway token": "who has the gateway token may have paired a device",
};

function describe({ case: subject }: StepContext, { credential, same, why }: RotationItem): string {
  const mark = credential.secret === undefined ? [] : [showMark(subject.redactor.mark(credential.secret))];
  const places = same.length > 1 ? [`in ${same.length} places`] : [];
  return [...mark, ...places, because[why]].join(", ");
}
