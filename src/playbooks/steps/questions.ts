import type { ChooseSpec } from "../../host/host.ts";
import { str, strings } from "../../model/json.ts";
import { durationText } from "../../model/text.ts";
import { answered, notKnown, saveAnswers } from "../answers.ts";
import { parseSince } from "../since.ts";
import type { StepContext } from "../types.ts";

/** The questions every incident begins with. Each can be skipped with "I don't know yet"; none is asked twice. */
export async function askIncident(context: StepContext): Promise<void> {
  const { host } = context;
  const abuse = await onceText(context, "abuse", () => host.prompt.choose(abuseQuestion));
  await askSince(context);
  await onceText(context, "responder", () =>
    host.prompt.text({
      id: "incident.responder",
      message: "Who is responding?",
      default: `${host.facts.user}@${host.facts.hostname}`,
    }),
  );
  if (abuse === "abuse") {
    context.say(
      "While this runs: cap or disable the key in the provider's dashboard first, from another device.",
    );
  }
}

const abuseQuestion: ChooseSpec = {
  id: "incident.abuse",
  message: "Is it being abused now, or was it only exposed?",
  choices: [
    {
      value: "abuse",
      name: "It is being abused",
      description: "spending, messages or logins that are not yours",
    },
    {
      value: "exposure",
      name: "Exposed only",
      description: "it stood somewhere it should not; no abuse seen",
    },
    {
      value: "unknown",
      name: "I don't know yet",
      description: "until then all that OpenClaw holds counts as leaked",
    },
  ],
  default: "unknown",
};

async function askSince(context: StepContext): Promise<void> {
  const { host } = context;
  const now = host.clock.now();
  await onceText(context, "since", async () => {
    const answer = await host.prompt.text({
      id: "incident.since",
      message: "Since when, as far as you know? (2026-11-20, 36h, 3d, or unknown)",
      default: notKnown,
      check: (text) => parseSince(text, now).wrong,
    });
    const since = parseSince(answer, now);
    if (since.wrong !== undefined || since.at === undefined) return notKnown;
    context.say(`Looking closely at the last ${durationText(now.getTime() - Date.parse(since.at))}.`);
    return since.at;
  });
}

/** The answer given before the run was interrupted, else the one given now, which is kept at once. */
export async function onceText(
  context: StepContext,
  question: string,
  ask: () => Promise<string>,
): Promise<string> {
  const before = str(answered(context.case, question));
  if (before !== undefined) return before;
  const answer = await ask();
  await keep(context, { [question]: answer });
  return answer;
}

/** The same for a choice of many. */
export async function onceMany(
  context: StepContext,
  question: string,
  ask: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const before = answered(context.case, question);
  if (before !== undefined) return strings(before);
  const answer = await ask();
  await keep(context, { [question]: answer });
  return answer;
}

/** Keeps answers as facts for resume, and journals that they were given. */
async function keep(
  context: StepContext,
  answers: Readonly<Record<string, string | readonly string[]>>,
): Promise<void> {
  saveAnswers(context.case, answers);
  await context.case.journal.append("answer", answers);
}
