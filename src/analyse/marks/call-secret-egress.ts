import { finding, quoted, span } from "../mark.ts";
import type { Mark } from "../mark.ts";
import type { TracedCall } from "../survey.ts";
import { callEvidence } from "./call-findings.ts";

const base = {
  id: "call-secret-egress",
  title: "A place of credentials was read, then something was sent out",
  severity: "critical",
  attack: ["T1552.001", "T1041"],
} as const;

/** How many events of a session may lie between the reading and the sending. */
const reach = 40;

interface Leak {
  readonly read: TracedCall;
  readonly sent: TracedCall;
}

/** The first pair in a session; one call that does both is the clearest of all. */
function leakIn(calls: readonly TracedCall[]): Leak | undefined {
  const both = calls.find(
    (call) => call.traits.includes("secret-place") && call.traits.includes("sends-out"),
  );
  if (both !== undefined) return { read: both, sent: both };
  let read: TracedCall | undefined;
  for (const call of [...calls].sort((a, b) => a.seq - b.seq)) {
    if (read !== undefined && call.traits.includes("sends-out") && call.seq - read.seq <= reach) {
      return { read, sent: call };
    }
    if (call.traits.includes("secret-place")) read = call;
  }
  return undefined;
}

export const callSecretEgress: Mark = {
  ...base,
  needs: ["calls"],
  evaluate: (input) => {
    const sessions = Map.groupBy(input.calls.records, (call) => `${call.agent}\0${call.sessionId}`);
    return [...sessions].flatMap(([key, calls]) => {
      const leak = leakIn(calls);
      if (leak === undefined) return [];
      const { read, sent } = leak;
      const once = read === sent;
      return [
        finding(base, {
          key,
          severity: once ? "critical" : "high",
          confidence: once ? "likely" : "suspicious",
          ...span([read.at, sent.at]),
          summary: `session ${quoted(input, read.sessionId)} read a place of credentials${once ? " and sent it out in the same call" : `, and ${sent.seq - read.seq} events later sent something out`}`,
          evidence: (once ? [read] : [read, sent]).map((call) => callEvidence(input, call)),
          next: ["treat every credential at that place as known to others: rotate them all"],
        }),
      ];
    });
  },
};
