import type { TrajectoryEvent } from "../../model/activity-records.ts";
import type { Outcome } from "../../model/outcome.ts";
import type { CollectContext, CollectResult, Collector } from "../collector.ts";

const textChars = 8192;

/** What each run was given and did, streamed one event at a time. */
function collect({ state, redactor }: CollectContext): Promise<CollectResult> {
  if (state === undefined) {
    return Promise.resolve({ outcome: "missing", reason: "OpenClaw's state was not read", records: [] });
  }
  const { events, problems } = state.trajectories();
  function* records(): Generator<TrajectoryEvent> {
    for (const event of events) {
      // Redacted whole, then cut: half a secret at a cut could not be recognised any more.
      yield event.text === undefined
        ? event
        : { ...event, text: redactor.text(event.text).slice(0, textChars) };
    }
  }
  return Promise.resolve({
    get outcome(): Outcome {
      return problems.length === 0 ? "ok" : "partial";
    },
    get reason() {
      return problems.length === 0 ? undefined : problems.slice(0, 20).join("; ");
    },
    records: records(),
  });
}

export const trajectories: Collector = {
  id: "trajectories",
  title: "What each run of the agent was given and did",
  stage: "collect",
  attack: ["T1059", "T1565.001"],
  liveOnly: false,
  timeoutMs: 60_000,
  collect,
};
