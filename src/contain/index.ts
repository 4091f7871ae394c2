export { stopGateway } from "./stop.ts";
export type { EndedProcess, StopLimits, StopProof, StopRequest } from "./types.ts";
