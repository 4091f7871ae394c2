import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";

export const grants: Collector = {
  id: "grants",
  title: "Standing approvals and allow-lists",
  stage: "collect",
  attack: ["T1098", "T1548"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: fromReading("grants"),
};
