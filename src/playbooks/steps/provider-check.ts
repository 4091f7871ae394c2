import { join } from "node:path";
import { reportsFolder } from "../../case/index.ts";
import { at, num, strings } from "../../model/json.ts";
import { incidentAnswers } from "../answers.ts";
import { addRemember } from "../remember.ts";
import { templateText } from "../template.ts";
import type { StepContext } from "../types.ts";
import { step } from "./step.ts";

export const providerCheck = step({
  id: "recover/provider-check",
  stage: "recover",
  title: "Compare with the provider's figure, and write to the provider if it looks like fraud",
  mutates: "case",
  needsState: true,
  plan: () => "ask what the provider counts, compare, and prepare the text to the provider",
  run: async (context) => {
    const { case: subject, host, options } = context;
    const local = num(at(subject.facts.get("cost"), "total")) ?? 0;
    const answer = await host.prompt.text({
      id: "cost.provider-total",
      message: "What does the provider count for the same time, in USD? (unknown is fine)",
      default: "unknown",
      check: (text) =>
        text.trim() === "" || text === "unknown" || Number(text) >= 0
          ? undefined
          : "write an amount such as 412.50, or unknown",
    });
    const provider = answer.trim() === "" || answer === "unknown" ? undefined : Number(answer);
    const apart = provider === undefined ? undefined : provider - local;
    const elsewhere = apart !== undefined && apart > Math.max(1, local * 0.1);
    context.say(verdict(provider, local, elsewhere));
    if (elsewhere)
      addRemember(
        subject,
        "The provider counts more than the transcripts do: treat the key as stolen (claw-ir key-compromised).",
      );
    const file = join(subject.info.path, reportsFolder, "message-to-provider.md");
    const text = fill(await templateText(host, options.dataDir, "message-to-provider.md"), context, {
      local,
      provider,
    });
    await host.fs.writeAtomic(file, subject.redactor.text(text));
    addRemember(subject, `If it looks like fraud, send the provider the prepared text: ${file}`);
    return { state: "done", receipt: { local, provider: provider ?? null, elsewhere, message: file } };
  },
});

function verdict(provider: number | undefined, local: number, elsewhere: boolean): string {
  if (provider === undefined)
    return `The transcripts show ${local.toFixed(2)} USD. Compare with the provider's dashboard.`;
  const both = `provider ${provider.toFixed(2)} USD, transcripts ${local.toFixed(2)} USD`;
  return elsewhere
    ? `${both}: the difference was spent elsewhere, with your key.`
    : `${both}: the transcripts explain it.`;
}

/** Plain words in a template that people may edit; nothing of the examined host goes in but figures. */
function fill(
  template: string,
  { case: subject }: StepContext,
  sums: { readonly local: number; readonly provider: number | undefined },
): string {
  const { since } = incidentAnswers(subject);
  const values: Readonly<Record<string, string>> = {
    since: since ?? "a time that is not known yet",
    local: `${sums.local.toFixed(2)} USD`,
    provider: sums.provider === undefined ? "AMOUNT" : `${sums.provider.toFixed(2)} USD`,
    case: subject.info.id,
    contributors: strings(at(subject.facts.get("cost"), "lines"))
      .slice(0, 4)
      .map((line) => `- ${line}`)
      .join("\n"),
  };
  return template.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}
