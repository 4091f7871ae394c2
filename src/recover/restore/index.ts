/** Bring an archive back: into an empty folder, or in place of the live state. */
export { restoreInPlace, type Finished } from "./in-place.ts";
export { restoreToFolder } from "./to-folder.ts";
export type { RestoreProgress, RestoreRequest, RestoreResult } from "./request.ts";
export type { Revocation } from "./revoke/revocation.ts";
