import { costSpike } from "./cost-spike.ts";
import { collectOnly } from "./collect-only.ts";
import { deviceCompromised } from "./device-compromised.ts";
import { keyCompromised } from "./key-compromised.ts";
import { stop } from "./stop.ts";
import { tokenCompromised } from "./token-compromised.ts";
import type { StepId } from "./steps/index.ts";
import type { Playbook } from "./types.ts";

/** Every playbook by the command that runs it. A new one is a file and a line here. */
export const playbooks = {
  "key-compromised": keyCompromised,
  "token-compromised": tokenCompromised,
  "device-compromised": deviceCompromised,
  "cost-spike": costSpike,
  stop,
  collect: collectOnly,
} as const satisfies Readonly<Record<string, Playbook<StepId>>>;

export type PlaybookId = keyof typeof playbooks;

export function isPlaybookId(id: string): id is PlaybookId {
  return Object.hasOwn(playbooks, id);
}
