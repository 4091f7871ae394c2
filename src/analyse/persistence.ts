/** What marks over persistence items have in common. */
import type { Finding } from "../model/evidence.ts";
import type { Confidence, Severity } from "../model/outcome.ts";
import type { PersistenceItem } from "../model/persistence.ts";
import { evidenceAt, finding, quoted } from "./mark.ts";
import type { Mark, MarkInput } from "./mark.ts";

export interface Judged {
  /** The rest of "NAME in PATH …". */
  readonly says: string;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  readonly next?: string;
}

/** Everything that an item runs and sets, one line each. */
export function textOf({ runs, sets }: PersistenceItem): string {
  return [...runs, ...sets].join("\n");
}

/** It takes effect, as far as that is known. */
export function counts(item: PersistenceItem): boolean {
  return item.enabled !== false;
}

/** One finding for each item that `judge` has something to say about. */
export function itemFindings(
  mark: Pick<Mark, "id" | "title" | "severity" | "attack">,
  input: MarkInput,
  judge: (item: PersistenceItem) => Judged | undefined,
): readonly Finding[] {
  return input.readings.persistence.records.flatMap((item) => {
    const judged = judge(item);
    return judged === undefined ? [] : [itemFinding(mark, input, item, judged)];
  });
}

const usualNext = "take it out after the evidence is sealed, unless you know who put it there";

function itemFinding(
  mark: Pick<Mark, "id" | "title" | "severity" | "attack">,
  input: MarkInput,
  item: PersistenceItem,
  { says, severity, confidence, next }: Judged,
): Finding {
  const { mechanism, name, place, user, file, trigger } = item;
  const whose = user === undefined ? "" : ` (${quoted(input, user, 40)})`;
  const excerpt = [...(trigger === undefined ? [] : [trigger]), textOf(item)].join(" ");
  const evidence = evidenceAt(mechanism, place, excerpt.trim() === "" ? undefined : { input, excerpt });
  const found = finding(mark, {
    key: [mechanism, place.path, name, trigger ?? "", textOf(item)].join("\0"),
    ...(severity === undefined ? {} : { severity }),
    ...(confidence === undefined ? {} : { confidence }),
    why: says,
    firstSeen: file?.modifiedAt,
    summary: `${quoted(input, name)}${whose} in ${quoted(input, place.path, 160)} ${says}`,
    evidence: [{ ...evidence, ...(file?.sha256 === undefined ? {} : { sha256: file.sha256 }) }],
    next: [next ?? usualNext],
  });
  // An item knows better than its mark which technique it is.
  return { ...found, attack: [...new Set([...item.attack, ...mark.attack])] };
}
