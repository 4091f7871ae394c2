import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";

export const sessions: Collector = {
  id: "sessions",
  title: "Sessions",
  stage: "collect",
  attack: ["T1059", "T1565.001"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: fromReading("sessions"),
};
