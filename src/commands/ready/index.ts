/** Every check, in the order of the list. A new one is one file and one line here. */
import { cancelled, messageOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { type Check, type ReadyScene, unknown, type Verdict } from "./check.ts";
import { baseline } from "./checks/baseline.ts";
import { clock } from "./checks/clock.ts";
import { dataDirModes } from "./checks/data-dir.ts";
import { diskSpace } from "./checks/disk-space.ts";
import { gatewayLoopback } from "./checks/gateway-loopback.ts";
import { lastBackup } from "./checks/last-backup.ts";
import { lastDrill } from "./checks/last-drill.ts";
import { offHost } from "./checks/off-host.ts";
import { privateKeyTested } from "./checks/private-key-tested.ts";
import { privateKey } from "./checks/private-key.ts";
import { recipient } from "./checks/recipient.ts";
import { schedule } from "./checks/schedule.ts";
import { stateModes } from "./checks/state-modes.ts";

export const checks: readonly Check[] = [
  recipient,
  privateKeyTested,
  privateKey,
  lastBackup,
  offHost,
  lastDrill,
  schedule,
  diskSpace,
  dataDirModes,
  stateModes,
  gatewayLoopback,
  baseline,
  clock,
];

export interface Checked extends Verdict {
  readonly id: string;
  readonly title: string;
}

const usualMs = 30_000;

/** Ends in a state whatever happens: in time, too late, or with an error. */
export async function runCheck(
  scene: ReadyScene,
  { id, title, timeoutMs = usualMs, run }: Check,
): Promise<Checked> {
  const { host } = scene;
  const late = unknown(`no answer within ${Math.round(timeoutMs / 1000)} s`, "try again");
  // A real-time limit: unlike a pending sleep it does not keep the process alive when it is not needed any more.
  const limit = AbortSignal.timeout(timeoutMs);
  const ended = new Promise<Verdict>((resolve) => {
    for (const signal of [limit, host.signal]) signal.addEventListener("abort", () => resolve(late));
  });
  const work = run(scene).catch((error: unknown) =>
    unknown(`could not be looked at: ${shown(messageOf(error), 200)}`, "look into it by hand"),
  );
  const verdict = await Promise.race([work, ended]);
  if (host.signal.aborted) throw cancelled();
  return { id, title, ...verdict };
}
