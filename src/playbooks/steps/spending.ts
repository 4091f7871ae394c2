/** Spending from the transcripts, with what is needed to name who spent it. */
import { computeCost, changesOf, type Spending } from "../../analyse/index.ts";
import { shown } from "../../model/text.ts";
import type { StateReader } from "../../openclaw/types.ts";
import { priceTable } from "../template.ts";
import type { StepContext } from "../types.ts";

export async function spendingOf(
  context: StepContext,
  state: StateReader,
  since?: string,
): Promise<Spending> {
  const jobs = state.cronJobs().records;
  const skills = await state.skills();
  const prices = await priceTable(context.host, context.options.dataDir);
  return computeCost({
    events: state.transcripts().events,
    sessions: state.sessions().records,
    jobs,
    config: context.installation.config.value,
    ...(prices === undefined ? {} : { prices }),
    changes: changesOf(
      {
        configWrites: state.configWrites(),
        cronJobs: state.cronJobs(),
        skills,
        boots: state.boots(),
        devices: state.devices(),
      },
      (text) => context.case.redactor.text(text),
    ),
    ...(since === undefined ? {} : { since }),
  });
}

/** "58.20 USD in all", the biggest contributors, and what could not be priced: the lines a person needs. */
export function spendingLines(spending: Spending): readonly string[] {
  const report = spending.report("trigger");
  const unpriced =
    report.unpriced.messages === 0
      ? []
      : [
          `${report.unpriced.messages} messages (${report.unpriced.tokens} tokens) have no price: they are not free, and not in the total`,
        ];
  return [
    `${report.total.toFixed(2)} USD in all, as far as the transcripts tell`,
    ...top(spending, "trigger"),
    ...top(spending, "model"),
    ...unpriced,
    ...report.spikes.slice(0, 3).map((spike) => {
      const change =
        spike.nearestChange === undefined
          ? ""
          : `; the nearest change before it: ${shown(spike.nearestChange.what, 120)}`;
      return `spike in the hour of ${spike.at.slice(0, 16)}: ${spike.cost.toFixed(2)} USD, ${spike.factor.toFixed(1)} times the usual${change}`;
    }),
  ];
}

function top(spending: Spending, by: "trigger" | "model"): readonly string[] {
  return [...spending.report(by).buckets]
    .sort((a, b) => b.cost - a.cost)
    .slice(0, 5)
    .map(
      ({ key, cost, messages }) =>
        `${by} ${shown(key, 80)}: ${cost.toFixed(2)} USD in ${messages} ${messages === 1 ? "message" : "messages"}`,
    );
}
