import { durationText } from "../../model/text.ts";
import { saveAnswers } from "../answers.ts";
import { parseSince } from "../since.ts";
import type { StepContext } from "../types.ts";

/** The questions every incident begins with. Each can be skipped with "I don't know yet". */
export async function askIncident(context: StepContext): Promise<void> {
  const { host } = context;
  const abuse = await host.prompt.choose({
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
      { value: "unknown", name: "I don't know yet" },
    ],
    default: "unknown",
  });
  await askSince(context);
  const responder = await host.prompt.text({
    id: "incident.responder",
    message: "Who is responding?",
    default: `${host.facts.user}@${host.facts.hostname}`,
  });
  await keep(context, { abuse, responder });
  if (abuse === "abuse") {
    context.say(
      "While this runs: cap or disable the key in the provider's dashboard first, from another device.",
    );
  }
}

async function askSince(context: StepContext): Promise<void> {
  const { host } = context;
  const now = host.clock.now();
  const answer = await host.prompt.text({
    id: "incident.since",
    message: "Since when, as far as you know? (2026-11-20, 36h, 3d, or unknown)",
    default: "unknown",
    check: (text) => parseSince(text, now).wrong,
  });
  const since = parseSince(answer, now);
  if (since.wrong === undefined && since.at !== undefined) {
    context.say(`Looking closely at the last ${durationText(now.getTime() - Date.parse(since.at))}.`);
    await keep(context, { since: since.at });
  }
}

/** Keeps answers as facts for resume, and journals that they were given. */
export async function keep(
  context: StepContext,
  answers: Readonly<Record<string, string | readonly string[]>>,
): Promise<void> {
  saveAnswers(context.case, answers);
  await context.case.journal.append("answer", answers);
}
