import { addBlindSpot } from "../blind-spots.ts";
import { incidentAnswers } from "../answers.ts";
import { openCopies } from "./collect.ts";
import { spendingLines, spendingOf } from "./spending.ts";
import { step } from "./step.ts";

export const cost = step({
  id: "analyse/cost",
  stage: "analyse",
  title: "Add up what was spent, by whom and on what",
  mutates: "case",
  needsState: true,
  plan: () =>
    "compute spending by hour, session, model, channel and trigger from the sealed transcripts, offline",
  run: async (context) => {
    await openCopies(context);
    const { case: subject, memory } = context;
    if (memory.state === undefined) return { state: "skipped", reason: "the state could not be read" };
    const spending = await spendingOf(context, memory.state, incidentAnswers(subject).since);
    const report = spending.report("trigger");
    const lines = spendingLines(spending);
    for (const line of lines) context.say(`- ${line}`);
    const breakers = spending
      .breakers(0.01)
      .map(({ kind, id, name, cost: spent, share }) => ({ kind, id, name, cost: spent, share }));
    subject.facts.set(
      "cost",
      subject.redactor.json({ total: report.total, currency: report.currency, lines, breakers }),
    );
    addBlindSpot(subject, {
      source: "Spending",
      outcome: "partial",
      reason:
        "command-line back ends, embeddings, speech, images and search fees do not stand in OpenClaw's transcripts; the provider's figure counts",
    });
    return { state: "done", receipt: subject.redactor.json(report) };
  },
});
