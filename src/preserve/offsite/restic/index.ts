export { resticBackup, type ResticResult } from "./backup.ts";
export { checkRestored, type CheckedFiles } from "./check.ts";
export type { Repository } from "./client.ts";
export { restoreFromRestic, type ResticRestored } from "./restore.ts";
export { resticScratch } from "./scratch.ts";
export { listSnapshots, type Snapshot } from "./snapshots.ts";
export type { StagePlan } from "./stage.ts";
