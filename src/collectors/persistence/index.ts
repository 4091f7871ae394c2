import type { Collector } from "../collector.ts";
import { authorizedKeys } from "./authorized-keys.ts";
import { hostCron } from "./host-cron.ts";
import { shellStartup } from "./shell-startup.ts";
import { persistenceSources } from "./sources.ts";
import { collectorOf } from "./source.ts";
import { systemdUser } from "./systemd-user.ts";

/** What runs, or lets somebody in, by being there. */
export const persistence: readonly Collector[] = [
  hostCron,
  authorizedKeys,
  systemdUser,
  shellStartup,
  ...persistenceSources.map(collectorOf),
];
