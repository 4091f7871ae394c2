import type { Choice } from "../../host/host.ts";
import type { Credential } from "../../model/records.ts";
import { showMark } from "../../model/secret.ts";
import { shown } from "../../model/text.ts";
import type { StepContext } from "../types.ts";
import { askIncident, onceMany } from "./questions.ts";
import { step } from "./step.ts";

export const askCredential = step({
  id: "volatile/ask-credential",
  stage: "volatile",
  title: "Ask which credential leaked, and what is known",
  mutates: "case",
  plan: () =>
    "list the credentials found, by provider, label, fingerprint and place, and ask which one leaked",
  run: async (context) => {
    await onceMany(context, "credentials", async () => {
      const chosen = await context.host.prompt.chooseMany({
        id: "incident.credential",
        message: "Which credential leaked? Not sure yet: just press Enter",
        choices: [...choices(context), ...always],
        default: ["unknown"],
      });
      // It is ticked beforehand: who ticks a key beside it has named the key.
      const named = chosen.filter((one) => one !== "unknown");
      if (named.length > 0 && named.length < chosen.length)
        context.say(`Taken as leaked: ${shown(named.join(", "), 300)}.`);
      return named.length > 0 ? named : ["unknown"];
    });
    await askIncident(context);
    return { state: "done" };
  },
});

const always: readonly Choice[] = [
  { value: "all", name: "All of them" },
  { value: "not-listed", name: "One that is not listed here" },
  { value: "unknown", name: "I don't know yet", description: "treated as: all of them may have leaked" },
];

/** One choice per secret in use; the places that hold the same value are told together. */
function choices({ memory, case: subject }: StepContext): readonly Choice[] {
  const live = memory.credentials.filter(
    (one) => one.live && one.kind !== "device-token" && one.kind !== "identity-key",
  );
  const byId = new Map<string, Credential[]>();
  for (const one of live) byId.set(one.id, [...(byId.get(one.id) ?? []), one]);
  return [...byId].map(([id, found]) => {
    const [first] = found;
    const mark =
      first?.secret === undefined
        ? (first?.ref ?? "not readable")
        : showMark(subject.redactor.mark(first.secret));
    const places = found.map((one) => shown(one.place.path, 60)).join(", ");
    return {
      value: id,
      name: `${first?.provider ?? ""}  ${shown(first?.label ?? "", 40)}`.trim(),
      description: `${mark}, in ${places}`,
    };
  });
}
