export { startGateway } from "./start.ts";
export { checkReadyOnHost } from "./health.ts";
export type { Readiness } from "./health.ts";
export { storedHowItRan, storedServices } from "./stored.ts";
export type { Program, StartLimits, StartProof, StartRequest } from "./types.ts";
export { runDrill } from "./drill/drill.ts";
export type { Drilled } from "./drill/drill.ts";
export { newestBackup } from "./drill/newest.ts";
export { listResults } from "./drill/results.ts";
export type { DatabaseCheck, DrillRequest, DrillResult, GatewayWish } from "./drill/types.ts";
export { restoreInPlace, restoreToFolder } from "./restore/index.ts";
export type {
  Finished,
  RestoreProgress,
  RestoreRequest,
  RestoreResult,
  Revocation,
} from "./restore/index.ts";
