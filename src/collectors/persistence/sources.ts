import type { PersistenceSource } from "../sources.ts";
import { ldSo } from "./loader/ld-so.ts";
import { shellStartup } from "./login/shell-startup.ts";
import { atJobs } from "./scheduled/at-jobs.ts";
import { cronScripts } from "./scheduled/cron-scripts.ts";
import { hostCron } from "./scheduled/host-cron.ts";
import { authorizedKeys } from "./ssh/authorized-keys.ts";
import { sshClient } from "./ssh/ssh-client.ts";
import { sshdConfig } from "./ssh/sshd-config.ts";
import { quadlets } from "./systemd/quadlets.ts";
import { linger, systemdPrograms, systemdSystem } from "./systemd/systemd-system.ts";
import { systemdUser } from "./systemd/systemd-user.ts";
import { tmpfiles } from "./systemd/tmpfiles.ts";

/** Every mechanism that gives `PersistenceItem`s. A new one is a file of its own and one line here. */
export const persistenceSources: readonly PersistenceSource[] = [
  hostCron,
  authorizedKeys,
  systemdUser,
  shellStartup,
  sshClient,
  sshdConfig,
  cronScripts,
  atJobs,
  systemdSystem,
  systemdPrograms,
  quadlets,
  linger,
  tmpfiles,
  ldSo,
];
