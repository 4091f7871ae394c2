export type {
  ConfigReading,
  GatewayLocation,
  HowItRan,
  Installation,
  ServiceUnit,
  StateReader,
  StoppedService,
  Target,
} from "./types.ts";
export { profileSuffix, resolveTarget } from "./target.ts";
export { parseConfigText } from "./config.ts";
export { findInstallation } from "./installation.ts";
export { openState } from "./state.ts";
export { secretsInConfig } from "./credentials/scan.ts";
export { resolveInside } from "./view.ts";
export { findGateway } from "./gateway.ts";
export { findServices, serviceFiles } from "./services.ts";
export { logPlaces } from "./logs.ts";
export { cronFilesElsewhere } from "./cron-store.ts";
export { howItRan } from "./how-it-ran.ts";
export { madeAgain } from "./made-again.ts";
