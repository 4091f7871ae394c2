import type { Mark } from "../mark.ts";
import { accountAdmin } from "./account-admin.ts";
import { agentConfig } from "./agent-config.ts";
import { bootCrash } from "./boot-crash.ts";
import { callFetchAndRun } from "./call-fetch-and-run.ts";
import { callPersistence } from "./call-persistence.ts";
import { callReverseShell } from "./call-reverse-shell.ts";
import { callSecretEgress } from "./call-secret-egress.ts";
import { channelOpen } from "./channel-open.ts";
import { configExposed } from "./config-exposed.ts";
import { configOutOfBand } from "./config-out-of-band.ts";
import { containerChanged } from "./container-changed.ts";
import { containerCommand } from "./container-command.ts";
import { containerImage } from "./container-image.ts";
import { containerInWindow } from "./container-in-window.ts";
import { containerOpen } from "./container-open.ts";
import { containerReach } from "./container-reach.ts";
import { containerSaid } from "./container-said.ts";
import { deviceAdmin } from "./device-admin.ts";
import { devicePending } from "./device-pending.ts";
import { deviceRemote } from "./device-remote.ts";
import { deviceSilent } from "./device-silent.ts";
import { deviceUnknown } from "./device-unknown.ts";
import { extensionUnusual } from "./extension-unusual.ts";
import { gatewayDropIn } from "./gateway-drop-in.ts";
import { gatewayListensWide } from "./gateway-listens-wide.ts";
import { gitRuns } from "./git-runs.ts";
import { grantInWindow } from "./grant-in-window.ts";
import { historyOffMark } from "./history-off.ts";
import { hostCronMark } from "./host-cron.ts";
import { jobCommand } from "./job-command.ts";
import { jobFetchAndRun } from "./job-fetch-and-run.ts";
import { jobInWindow } from "./job-in-window.ts";
import { kernelTainted } from "./kernel-tainted.ts";
import { keyForcedCommand } from "./key-forced-command.ts";
import { keyUnknown } from "./key-unknown.ts";
import { launchdItem } from "./launchd-item.ts";
import { logGap } from "./log-gap.ts";
import { loginInWindow } from "./login-in-window.ts";
import { memoryUntrusted } from "./memory-untrusted.ts";
import { mountHides } from "./mount-hides.ts";
import { nameRedirected } from "./name-redirected.ts";
import { npmLifecycle } from "./npm-lifecycle.ts";
import { operationInWindow } from "./operation-in-window.ts";
import { packageChanged } from "./package-changed.ts";
import { packageHook } from "./package-hook.ts";
import { pamUnusual } from "./pam-unusual.ts";
import { persistenceChanged } from "./persistence-changed.ts";
import { persistenceFetchAndRun } from "./persistence-fetch-and-run.ts";
import { persistenceHidden } from "./persistence-hidden.ts";
import { persistenceLoader } from "./persistence-loader.ts";
import { persistenceOdd } from "./persistence-odd.ts";
import { persistencePlace } from "./persistence-place.ts";
import { processInTemp } from "./process-in-temp.ts";
import { processMasked } from "./process-masked.ts";
import { processUnusual } from "./process-unusual.ts";
import { pythonStartupMark } from "./python-startup.ts";
import { recordingOff } from "./recording-off.ts";
import { sandboxBrowserOpen } from "./sandbox-browser-open.ts";
import { sandboxDiffers } from "./sandbox-differs.ts";
import { sandboxSetup } from "./sandbox-setup.ts";
import { sandboxStale } from "./sandbox-stale.ts";
import { sandboxWeak } from "./sandbox-weak.ts";
import { secretCopy } from "./secret-copy.ts";
import { secretInHistory } from "./secret-in-history.ts";
import { secretOld } from "./secret-old.ts";
import { sessionOrphaned } from "./session-orphaned.ts";
import { sessionsInWindow } from "./sessions-in-window.ts";
import { sessionsUnknownOrigin } from "./sessions-unknown-origin.ts";
import { setIdUnknown } from "./set-id-unknown.ts";
import { setupTokenMark } from "./setup-token.ts";
import { shellOverride } from "./shell-override.ts";
import { skillFetchAndRun } from "./skill-fetch-and-run.ts";
import { skillGone } from "./skill-gone.ts";
import { skillHiddenText } from "./skill-hidden-text.ts";
import { skillInWindow } from "./skill-in-window.ts";
import { skillOddFile } from "./skill-odd-file.ts";
import { socketRaw } from "./socket-raw.ts";
import { sshClientCommand } from "./ssh-client-command.ts";
import { sshServerOpened } from "./ssh-server-opened.ts";
import { sudoOpen } from "./sudo-open.ts";
import { tempExecutable } from "./temp-executable.ts";
import { transcriptIncomplete } from "./transcript-incomplete.ts";
import { transcriptRewritten } from "./transcript-rewritten.ts";
import { tunnelOpen } from "./tunnel-open.ts";
import { udevRun } from "./udev-run.ts";

/** Every mark. A new one is a file of its own, one line here, and its hits and misses in the tests. */
export const marks: readonly Mark[] = [
  processUnusual,
  processInTemp,
  processMasked,
  mountHides,
  kernelTainted,
  socketRaw,
  tunnelOpen,
  nameRedirected,
  containerOpen,
  containerReach,
  containerCommand,
  containerChanged,
  containerSaid,
  containerImage,
  containerInWindow,
  sandboxWeak,
  sandboxSetup,
  sandboxStale,
  sandboxDiffers,
  sandboxBrowserOpen,
  tempExecutable,
  loginInWindow,
  logGap,
  gatewayListensWide,
  deviceUnknown,
  deviceAdmin,
  deviceRemote,
  deviceSilent,
  devicePending,
  setupTokenMark,
  jobFetchAndRun,
  jobCommand,
  jobInWindow,
  skillFetchAndRun,
  skillHiddenText,
  skillOddFile,
  skillInWindow,
  skillGone,
  extensionUnusual,
  memoryUntrusted,
  grantInWindow,
  callReverseShell,
  callSecretEgress,
  callFetchAndRun,
  callPersistence,
  configExposed,
  configOutOfBand,
  recordingOff,
  channelOpen,
  hostCronMark,
  keyForcedCommand,
  keyUnknown,
  persistenceFetchAndRun,
  persistencePlace,
  persistenceHidden,
  persistenceLoader,
  pamUnusual,
  sudoOpen,
  sshServerOpened,
  sshClientCommand,
  shellOverride,
  gatewayDropIn,
  accountAdmin,
  udevRun,
  packageHook,
  gitRuns,
  npmLifecycle,
  pythonStartupMark,
  agentConfig,
  packageChanged,
  setIdUnknown,
  launchdItem,
  historyOffMark,
  persistenceOdd,
  persistenceChanged,
  sessionsInWindow,
  sessionsUnknownOrigin,
  sessionOrphaned,
  transcriptIncomplete,
  transcriptRewritten,
  operationInWindow,
  secretCopy,
  secretInHistory,
  secretOld,
  bootCrash,
];
