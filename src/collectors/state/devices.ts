import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";

export const devices: Collector = {
  id: "devices",
  title: "Paired and pending devices",
  stage: "collect",
  attack: ["T1098.005", "T1550.001"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: fromReading("devices", (device, { redactor }) => ({
    ...device,
    tokens: device.tokens.map(({ secret, ...token }) => ({ ...token, mark: redactor.mark(secret) })),
  })),
};
