import { askIncident } from "./questions.ts";
import { step } from "./step.ts";

export const askCost = step({
  id: "volatile/ask-cost",
  stage: "volatile",
  title: "Ask what is known about the spending",
  mutates: "case",
  plan: () => "ask since when spending is too high and whether the provider shows more than you know of",
  run: async (context) => {
    context.say(
      "Open the provider's dashboard now, on another device: usage by key and hour. Its figure is the one that counts.",
    );
    await askIncident(context);
    return { state: "done" };
  },
});
