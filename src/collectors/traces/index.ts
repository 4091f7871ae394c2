import type { Collector } from "../collector.ts";
import { clockAtEnd } from "../live/clock.ts";
import { bodyfile } from "./bodyfile.ts";
import { auditLog } from "./logs/audit-log.ts";
import { gitHistory } from "./git-history.ts";
import { histories } from "./histories/histories.ts";
import { listingCollector } from "./listed/listed.ts";
import { listings } from "./listed/table.ts";
import { macDownloads } from "./mac/downloads.ts";
import { macStatus } from "./mac/mac-status.ts";
import { authLogs } from "./logs/auth-logs.ts";
import { journal } from "./logs/journal.ts";
import { loginRecords } from "./logs/login-records.ts";
import { packageLogs } from "./logs/package-logs.ts";
import { oddFiles } from "./odd-files.ts";

/**
 * What is left of past activity outside OpenClaw: logs, histories, file times, packages, credentials that lie about. The clock
 * is the first record of a case and its last.
 */
export const traces: readonly Collector[] = [
  loginRecords,
  authLogs,
  journal,
  auditLog,
  packageLogs,
  histories,
  gitHistory,
  ...listings.map(listingCollector),
  macDownloads,
  macStatus,
  bodyfile,
  oddFiles,
  clockAtEnd,
];
