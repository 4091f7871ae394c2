import { showMark } from "../../model/secret.ts";
import type { RotationItem } from "../../rotate/index.ts";
import { chosenCredentials, isHostTaken } from "../answers.ts";
import { addRemember } from "../remember.ts";
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
    const gap = unreadConfig(context.installation);
    if (gap !== undefined)
      addRemember(context.case, `${gap}: mend it, then rotate by hand what stands in it.`);
    if (items.length === 0 && gap === undefined)
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
    const receipt = { planned: items.map(({ id }) => id), now: wanted };
    return gap === undefined ? { state: "done", receipt } : { state: "partial", reason: gap, receipt };
  },
});

/** A plan is only as whole as what could be read. */
function unreadConfig({ config, target }: StepContext["installation"]): string | undefined {
  if (config.outcome === "ok" || config.outcome === "missing") return undefined;
  const why = config.reason ?? `${target.toHost(target.configPath)} was not read`;
  return `Secrets that stand in the config are missing from this plan, perhaps also the gateway's token (${why})`;
}

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
  // Nobody has named one: then every one is taken as leaked.
  const isGuess = why === "chosen" && chosenCredentials(subject) === "all";
  const mark = credential.secret === undefined ? [] : [showMark(subject.redactor.mark(credential.secret))];
  const places = same.length > 1 ? [`in ${same.length} places`] : [];
  return [...mark, ...places, isGuess ? "may have leaked" : because[why]].join(", ");
}
