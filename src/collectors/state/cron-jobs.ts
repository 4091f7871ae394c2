import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";

export const cronJobs: Collector = {
  id: "cron-jobs",
  title: "OpenClaw's cron jobs",
  stage: "collect",
  attack: ["T1053"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: fromReading("cronJobs"),
};
