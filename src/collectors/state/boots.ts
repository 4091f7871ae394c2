import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";

export const boots: Collector = {
  id: "boots",
  title: "Starts and ends of the gateway",
  stage: "collect",
  attack: ["T1529", "T1489"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: fromReading("boots"),
};
