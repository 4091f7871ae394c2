import type { Collector } from "../collector.ts";

/** What is left of past activity outside OpenClaw: logs, histories, file times, packages, credentials that lie about. */
export const traces: readonly Collector[] = [];
