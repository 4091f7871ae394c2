export { stopGateway } from "./stop.ts";
export { stopLimits } from "./types.ts";
export type { EndedProcess, StopLimits, StopProof, StopRequest } from "./types.ts";
