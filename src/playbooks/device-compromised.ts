import { isHostTaken } from "./answers.ts";
import { discover, readEverything, rememberAlways, startAgain, stopAndSeal, writeReport } from "./common.ts";
import type { StepId } from "./steps/index.ts";
import type { Playbook, PlaybookStep, StepContext } from "./types.ts";

/** On a host the intruder holds, whatever is put in place or started leaks at once. */
const notOnTakenHost = (context: StepContext): true | string =>
  isHostTaken(context.case) ? "this host is compromised itself: do it from another machine" : true;

/** A lost device knows its own token; a taken host knows every secret on it. */
const onTakenHost = (context: StepContext): true | string =>
  isHostTaken(context.case) || "a paired device holds its own token only: that and the gateway's are rotated";

const safeOnly = (step: PlaybookStep<StepId>): PlaybookStep<StepId> => ({ ...step, when: notOnTakenHost });

export const deviceCompromised: Playbook<StepId> = {
  id: "device-compromised",
  title: "A paired device, or this host, is compromised",
  when: "A phone or laptop that is paired was lost, an unknown device is paired, or this host itself is taken.",
  steps: [
    discover,
    { id: "volatile/ask-device" },
    { id: "volatile/capture" },
    ...stopAndSeal,
    ...readEverything,
    { id: "rotate/plan", when: onTakenHost },
    safeOnly({ id: "rotate/gateway-token" }),
    safeOnly({ id: "rotate/devices" }),
    safeOnly({ id: "rotate/made-by-devices" }),
    safeOnly({ id: "rotate/allow-lists" }),
    ...startAgain.map(safeOnly),
    safeOnly({ id: "recover/prove-devices" }),
    safeOnly({ id: "recover/pair-again" }),
    { id: "recover/sign-in-again" },
    { id: "recover/rebuild" },
    writeReport,
  ],
  remember: [
    "End the sessions of every messaging platform that the device or host was signed in to, then sign in again.",
    "Wipe or lock the lost device from afar, and change the passwords it had saved.",
    ...rememberAlways,
  ],
};
