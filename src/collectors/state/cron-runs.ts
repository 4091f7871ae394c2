import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";

export const cronRuns: Collector = {
  id: "cron-runs",
  title: "Runs of OpenClaw's cron jobs",
  stage: "collect",
  attack: ["T1053"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: fromReading("cronRuns"),
};
