/** Marks over facts of the running host: which traits matter, how much, and in which words. */
import type { Finding } from "../../model/evidence.ts";
import type { HostFact, HostTrait } from "../../model/live-records.ts";
import type { Severity } from "../../model/outcome.ts";
import { severities } from "../../model/outcome.ts";
import { evidenceAt, finding, quoted, span } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";

/** What a trait says of its fact, as the end of a sentence, and how bad that is. */
export type TraitWeights = Partial<Record<HostTrait, readonly [Severity, string]>>;

export interface FactMark {
  readonly mark: Pick<Mark, "id" | "title" | "severity" | "attack">;
  /** The collector that kept the facts. */
  readonly artifact: string;
  readonly weights: TraitWeights;
  readonly next: string;
  /** What facts have in common that are told in one finding where the same holds for them; undefined for one that stands alone. */
  readonly together?: (fact: HostFact) => string | undefined;
}

interface Telling {
  readonly fact: HostFact;
  readonly severity: Severity | undefined;
  readonly says: string;
}

/** Of a group the evidence holds up to this many. */
const maxEvidence = 20;

/** One finding per fact, or group of facts, that has a trait which counts, as bad as the worst of them. */
export function factFindings(
  input: MarkInput,
  facts: readonly HostFact[],
  shape: FactMark,
): readonly Finding[] {
  const telling = facts.flatMap((fact): Telling[] => {
    const reasons = fact.traits.flatMap((trait) => {
      const weight = shape.weights[trait];
      return weight === undefined ? [] : [weight];
    });
    if (reasons.length === 0) return [];
    const severity = severities.find((level) => reasons.some(([each]) => each === level));
    return [{ fact, severity, says: reasons.map(([, says]) => says).join(", ") }];
  });
  const keyOf = ({ fact, says }: Telling): string => {
    const common = shape.together?.(fact);
    return common === undefined
      ? `${fact.kind}\0${fact.name}\0${fact.place.path}`
      : `${fact.kind}\0${common}\0${says}`;
  };
  return [...Map.groupBy(telling, keyOf)].flatMap(([key, group]) => groupFinding(input, key, group, shape));
}

function groupFinding(
  input: MarkInput,
  key: string,
  group: readonly Telling[],
  { mark, artifact, next, together }: FactMark,
): Finding[] {
  const [first] = group;
  if (first === undefined) return [];
  const { fact, severity, says } = first;
  const others =
    group.length === 1
      ? ""
      : `, and ${group.length - 1} more of the kind in ${quoted(input, together?.(fact) ?? "")}`;
  return [
    finding(mark, {
      key,
      ...(severity === undefined ? {} : { severity }),
      ...(group.length === 1 ? seenAt(fact) : span(group.map((one) => one.fact.at))),
      summary: `${fact.kind.replaceAll("-", " ")} ${quoted(input, fact.name)} ${says}${others}`,
      evidence: group
        .slice(0, maxEvidence)
        .map((one) => evidenceAt(artifact, one.fact.place, { input, excerpt: one.fact.detail })),
      next: [next],
    }),
  ];
}

function seenAt({ at }: HostFact): { readonly firstSeen?: string } {
  return at === undefined ? {} : { firstSeen: at };
}
