import type { Collector } from "../collector.ts";
import { clock } from "./clock.ts";
import { gatewayLogs } from "./gateway-logs.ts";
import { listening } from "./listening.ts";
import { logins } from "./logins.ts";
import { processes } from "./processes.ts";
import { sockets } from "./sockets.ts";

/** What is gone after a stop or a reboot, most volatile first. */
export const live: readonly Collector[] = [clock, processes, sockets, logins, gatewayLogs, listening];
