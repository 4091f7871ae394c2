import { askIncident } from "./questions.ts";
import { step } from "./step.ts";

export const askIncidentStep = step({
  id: "volatile/ask-incident",
  stage: "volatile",
  title: "Ask what is known",
  mutates: "case",
  plan: () => "ask whether there is abuse, since when, and who responds",
  run: async (context) => {
    await askIncident(context);
    return { state: "done" };
  },
});
