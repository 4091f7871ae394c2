export { startGateway } from "./start.ts";
export { checkReadyOnHost } from "./health.ts";
export type { Readiness } from "./health.ts";
export { storedHowItRan, storedServices } from "./stored.ts";
export type { Program, StartLimits, StartProof, StartRequest } from "./types.ts";
