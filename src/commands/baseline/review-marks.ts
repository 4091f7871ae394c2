import {
  type CanonRecord,
  type Holding,
  judge,
  knownOf,
  marks,
  surveyTranscripts,
} from "../../analyse/index.ts";
import { severities } from "../../model/outcome.ts";
import { sortFindings } from "../../report/sections.ts";
import type { Scene } from "../incident.ts";
import type { Seen } from "./observe.ts";

/** What the rules say of one thing: their findings whose evidence names it. */
export function reasonsFor(
  at: Scene,
  { readings, state, redact, now }: Seen,
  old: Holding,
): (record: CanonRecord) => readonly string[] {
  const { host, installation } = at;
  const judgedAt = host.clock.now().toISOString();
  const { findings } = judge(marks, {
    readings,
    calls: surveyTranscripts(state.transcripts(), redact),
    config: installation.config,
    gatewayPort: installation.gatewayPort,
    window: {},
    now: judgedAt,
    known: knownOf(old, now, judgedAt),
    redact,
  });
  const worstFirst = sortFindings(findings);
  return (record) => {
    const names = [record.fields.get("fingerprint")?.[0] ?? record.id].filter((name) => name.length >= 6);
    const isAbout = (text: string | undefined): boolean =>
      text !== undefined && names.some((name) => text.includes(name));
    return worstFirst
      .filter(({ evidence, summary }) =>
        [summary, ...evidence.flatMap(({ path, locator, excerpt }) => [path, locator, excerpt])].some(
          isAbout,
        ),
      )
      .map(({ severity, title }) => `${severity}: ${title}`);
  };
}

/** How bad the worst of some reasons is: less is worse. */
export function rankOf(reasons: readonly string[]): number {
  const rank = severities.findIndex((severity) => reasons[0]?.startsWith(`${severity}:`) === true);
  return rank === -1 ? severities.length : rank;
}
