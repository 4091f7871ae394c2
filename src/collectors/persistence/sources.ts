import { trustedHosts } from "./access/trusted-hosts.ts";
import { dbusPolicy } from "./boot/dbus-policy.ts";
import { kernelModules } from "./boot/modules.ts";
import type { PersistenceSource } from "../sources.ts";
import { doas } from "./access/doas.ts";
import { nameService } from "./access/name-service.ts";
import { pam } from "./access/pam.ts";
import { polkit } from "./access/polkit.ts";
import { sudoers } from "./access/sudoers.ts";
import { accounts } from "./accounts/accounts.ts";
import { agentConfigs } from "./agents/agent-configs.ts";
import { bootLoader } from "./boot/boot-loader.ts";
import { dbus } from "./boot/dbus.ts";
import { udev } from "./boot/udev.ts";
import { autostart } from "./desktop/autostart.ts";
import { git } from "./git/git.ts";
import { initScripts } from "./hooks/init-scripts.ts";
import { packageHooks } from "./hooks/package-hooks.ts";
import { serviceHooks } from "./hooks/service-hooks.ts";
import { ldSo } from "./loader/ld-so.ts";
import { shellStartup } from "./login/shell-startup.ts";
import { launchd } from "./mac/launchd.ts";
import { loginItems } from "./mac/login-items.ts";
import { macScripts } from "./mac/periodic.ts";
import { macPrivacy } from "./mac/privacy.ts";
import { macProfiles } from "./mac/profiles.ts";
import { nodeConfig } from "./node/node-config.ts";
import { nodePackages } from "./node/node-packages.ts";
import { setId } from "./programs/set-id.ts";
import { verification } from "./programs/verification.ts";
import { pipConfig } from "./python/pip-config.ts";
import { pythonStartup } from "./python/startup.ts";
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
import { tunnels } from "./tunnels.ts";

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
  pam,
  nameService,
  sudoers,
  doas,
  polkit,
  accounts,
  udev,
  dbus,
  bootLoader,
  initScripts,
  packageHooks,
  serviceHooks,
  autostart,
  git,
  nodeConfig,
  nodePackages,
  pythonStartup,
  pipConfig,
  agentConfigs,
  tunnels,
  launchd,
  loginItems,
  macScripts,
  macProfiles,
  macPrivacy,
  setId,
  verification,
  kernelModules,
  dbusPolicy,
  trustedHosts,
];
