import type { Finding } from "../../model/evidence.ts";
import { evidenceAt, finding, quoted, span } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";
import type { TracedCall } from "../survey.ts";
import { counted } from "../../model/text.ts";

/** One finding per session: its calls are one story. */
export function callFindings(
  base: Pick<Mark, "id" | "title" | "severity" | "attack">,
  input: MarkInput,
  calls: readonly TracedCall[],
  says: (first: TracedCall) => string,
): readonly Finding[] {
  const sessions = Map.groupBy(calls, (call) => `${call.agent}\0${call.sessionId}`);
  return [...sessions].flatMap(([key, of]) => {
    const [first] = of;
    if (first === undefined) return [];
    const session = quoted(input, first.sessionId);
    return finding(base, {
      key,
      confidence: "likely",
      ...span(of.map((call) => call.at)),
      why: `${counted(of.length, "tool call")} ${says(first)}`,
      summary: `in session ${session} ${counted(of.length, "tool call")} ${says(first)}`,
      evidence: of.slice(0, 20).map((call) => callEvidence(input, call)),
      next: ["read the messages before it: who asked for this, a person or a text from outside?"],
    });
  });
}

export function callEvidence(input: MarkInput, call: TracedCall): Finding["evidence"][number] {
  const evidence = evidenceAt("tool-calls", call.place, { input, excerpt: `${call.tool}: ${call.excerpt}` });
  return { ...evidence, locator: `${quoted(input, call.sessionId).slice(1, -1)}/${call.seq}` };
}
