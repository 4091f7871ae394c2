import type { Collector } from "../collector.ts";
import { bodyfile } from "./bodyfile.ts";
import { oddFiles } from "./odd-files.ts";

/** What is left of past activity outside OpenClaw: logs, histories, file times, packages, credentials that lie about. */
export const traces: readonly Collector[] = [bodyfile, oddFiles];
