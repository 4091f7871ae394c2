/** Marks over facts of the running host: which traits matter, how much, and in which words. */
import type { Finding } from "../../model/evidence.ts";
import type { HostFact, HostTrait } from "../../model/live-records.ts";
import type { Severity } from "../../model/outcome.ts";
import { severities } from "../../model/outcome.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";

/** What a trait says of its fact, as the end of a sentence, and how bad that is. */
export type TraitWeights = Partial<Record<HostTrait, readonly [Severity, string]>>;

export interface FactMark {
  readonly mark: Pick<Mark, "id" | "title" | "severity" | "attack">;
  /** The collector that kept the facts. */
  readonly artifact: string;
  readonly weights: TraitWeights;
  readonly next: string;
}

/** One finding per fact that has a trait which counts, as bad as the worst of them. */
export function factFindings(
  input: MarkInput,
  facts: readonly HostFact[],
  { mark, artifact, weights, next }: FactMark,
): readonly Finding[] {
  return facts.flatMap((fact) => {
    const reasons = fact.traits.flatMap((trait) => {
      const weight = weights[trait];
      return weight === undefined ? [] : [weight];
    });
    if (reasons.length === 0) return [];
    const worst = severities.find((level) => reasons.some(([severity]) => severity === level));
    return [
      finding(mark, {
        key: `${fact.kind}\0${fact.name}\0${fact.place.path}`,
        ...(worst === undefined ? {} : { severity: worst }),
        ...(fact.at === undefined ? {} : { firstSeen: fact.at }),
        summary: `${fact.kind.replaceAll("-", " ")} ${quoted(input, fact.name)} ${reasons.map(([, says]) => says).join(", ")}`,
        evidence: [evidenceAt(artifact, fact.place, { input, excerpt: fact.detail })],
        next: [next],
      }),
    ];
  });
}
