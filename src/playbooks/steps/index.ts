import { allowLists } from "./allow-lists.ts";
import { askCost } from "./ask-cost.ts";
import { askCredential } from "./ask-credential.ts";
import { askDevice } from "./ask-device.ts";
import { askIncidentStep } from "./ask-incident.ts";
import { baseline } from "./baseline.ts";
import { capture } from "./capture.ts";
import { collect } from "./collect.ts";
import { cost } from "./cost.ts";
import { discover } from "./discover.ts";
import { madeByDevices } from "./made-by-devices.ts";
import { marksStep } from "./marks.ts";
import { pairAgain } from "./pair-again.ts";
import { proveDevices } from "./prove-devices.ts";
import { proveGatewayToken } from "./prove-gateway-token.ts";
import { providerCheck } from "./provider-check.ts";
import { rebuild } from "./rebuild.ts";
import { rotateCredentials } from "./rotate-credentials.ts";
import { rotateDevices } from "./rotate-devices.ts";
import { rotateGatewayTokenStep } from "./rotate-gateway-token.ts";
import { rotatePlan } from "./rotate-plan.ts";
import { seal } from "./seal.ts";
import { signInAgain } from "./sign-in-again.ts";
import { spend } from "./spend.ts";
import { startGatewayStep } from "./start-gateway.ts";
import { stopGatewayStep } from "./stop-gateway.ts";
import { switchOff } from "./switch-off.ts";
import { writeReport } from "./write-report.ts";
import type { Step } from "../types.ts";

const all = [
  discover,
  askIncidentStep,
  askCredential,
  askDevice,
  askCost,
  spend,
  capture,
  stopGatewayStep,
  seal,
  collect,
  baseline,
  marksStep,
  cost,
  rotatePlan,
  rotateGatewayTokenStep,
  rotateCredentials,
  rotateDevices,
  madeByDevices,
  allowLists,
  switchOff,
  startGatewayStep,
  proveGatewayToken,
  proveDevices,
  pairAgain,
  signInAgain,
  rebuild,
  providerCheck,
  writeReport,
] as const satisfies readonly Step[];

export type StepId = (typeof all)[number]["id"];

/** Every step by its id. A new one is a file and a line above. */
export const steps: ReadonlyMap<string, Step> = new Map<string, Step>(all.map((one) => [one.id, one]));

export function isStepId(id: string): id is StepId {
  return steps.has(id);
}
