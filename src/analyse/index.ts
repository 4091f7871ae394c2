export { judge } from "./judge.ts";
export type { Judgement, Verdict } from "./judge.ts";
export type { Known, Mark, MarkInput, Window } from "./mark.ts";
export { marks } from "./marks/index.ts";
export { surveyTranscripts } from "./survey.ts";
export type { TracedCall } from "./survey.ts";
export {
  compareEvents,
  makeEvent,
  mergeEvents,
  timelineOf,
  timelineOfTranscripts,
} from "./timeline/index.ts";
export type { TimelineContext } from "./timeline/index.ts";
export { changesOf, computeCost, groupings, parsePriceTable } from "./cost/index.ts";
export type { Breaker, CostInput, CostReport, Grouping, Spending } from "./cost/index.ts";
export { diffBaseline, driftFindings, openBaselines } from "./baseline/index.ts";
export type { BaselineDiff, DriftChange, OpenBaseline } from "./baseline/index.ts";
