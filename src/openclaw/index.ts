export { resolveTarget } from "./target.ts";
export type { TargetOptions } from "./target.ts";
export { findInstallation } from "./installation.ts";
export { resolveInside, viewOf } from "./view.ts";
export type { FileView } from "./view.ts";
