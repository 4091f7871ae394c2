import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";

export const audit: Collector = {
  id: "audit",
  title: "OpenClaw's action ledger",
  stage: "collect",
  attack: ["T1059", "T1070"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: fromReading("audit"),
};
