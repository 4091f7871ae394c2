import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";

export const configWrites: Collector = {
  id: "config-writes",
  title: "Writes to the config, as OpenClaw recorded them",
  stage: "collect",
  attack: ["T1562.001", "T1565.001"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: fromReading("configWrites"),
};
