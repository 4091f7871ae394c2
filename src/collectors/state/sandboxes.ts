import { readSandboxes } from "../../openclaw/sandboxes.ts";
import type { Collector } from "../collector.ts";

export const sandboxes: Collector = {
  id: "sandboxes",
  title: "Containers that OpenClaw made for sessions and browsers",
  stage: "collect",
  attack: ["T1610"],
  liveOnly: false,
  timeoutMs: 5000,
  collect: ({ host, target }) => readSandboxes(host, target),
};
