/** Everything that changes OpenClaw's state. Only after the state is sealed and the gateway is proven down. */
export { editConfig } from "./config-edit.ts";
export { removeDevices } from "./devices.ts";
export { removeGrants } from "./grants.ts";
export type { RemovedGrants } from "./grants.ts";
export { makeToken, rotateGatewayToken } from "./gateway-token.ts";
export { forgetIdentity } from "./identity.ts";
export { currentValue, placeSecret } from "./place-secret.ts";
export {
  switchOffChannels,
  switchOffHeartbeat,
  switchOffHooks,
  switchOffJobs,
  switchOffScheduler,
} from "./switch-off.ts";
export type { SwitchingOff } from "./switch-off.ts";
export { switchOn } from "./switch-on.ts";
