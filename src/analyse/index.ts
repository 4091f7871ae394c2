export { judge } from "./judge.ts";
export type { Judgement } from "./judge.ts";
export type { MarkInput } from "./mark.ts";
export { markRows } from "./rows.ts";
export type { Marked, RowMark } from "./rows.ts";
export { marks } from "./marks/index.ts";
export { surveyTranscripts } from "./survey.ts";
export type { TracedCall } from "./survey.ts";
export {
  compareEvents,
  mergeEvents,
  timelineOf,
  timelineOfFindings,
  timelineOfTranscripts,
} from "./timeline/index.ts";
export { changesOf, computeCost, groupings, parsePriceTable } from "./cost/index.ts";
export type { CostInput, Grouping, PriceTable, Spending } from "./cost/index.ts";
export * from "./baseline/index.ts";
