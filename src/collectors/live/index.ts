import type { Collector } from "../collector.ts";
import { bpf } from "./bpf.ts";
import { clock } from "./clock.ts";
import { containerTraces } from "./container-traces.ts";
import { containers } from "./containers.ts";
import { firewall } from "./firewall.ts";
import { gatewayLogs } from "./gateway-logs.ts";
import { gatewayProcess } from "./gateway-process.ts";
import { kernel } from "./kernel.ts";
import { listening } from "./listening.ts";
import { lostPrograms } from "./lost-programs.ts";
import { mounts } from "./mounts.ts";
import { network } from "./network.ts";
import { processes } from "./processes.ts";
import { programs } from "./programs.ts";
import { logins } from "./sessions.ts";
import { sockets } from "./sockets.ts";
import { system } from "./system.ts";
import { tempFiles } from "./temp-files.ts";
import { tunnelState } from "./tunnel-state.ts";

/**
 * What is gone after a stop or a reboot, most volatile first. Of stage "volatile" is only what the stop itself would take away,
 * and what costs next to nothing: all of it together delays the stop.
 */
export const live: readonly Collector[] = [
  clock,
  processes,
  gatewayProcess,
  lostPrograms,
  sockets,
  logins,
  network,
  kernel,
  mounts,
  gatewayLogs,
  listening,
  containers,
  containerTraces,
  tempFiles,
  programs,
  firewall,
  bpf,
  tunnelState,
  system,
];
