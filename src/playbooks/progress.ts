import type { Journal } from "../case/types.ts";
import { str } from "../model/json.ts";

/** States after which `resume` does not run a step again. Failed and interrupted steps get another try. */
const final = ["done", "partial", "declined"] as const;
type Final = (typeof final)[number];

/** What a resumed run says of a step that it does not repeat. */
export const earlierReason = "finished in an earlier run";

/** The steps that earlier runs of this case finished, by id, read from the journal. */
export function finishedSteps(journal: Journal): Map<string, Final> {
  const finished = new Map<string, Final>();
  for (const { kind, body } of journal.entries()) {
    if (kind !== "step") continue;
    const id = str(body["id"]);
    const state = str(body["state"]);
    if (id === undefined || state === undefined) continue;
    const kept = final.find((one) => one === state);
    if (kept !== undefined) finished.set(id, kept);
    else if (state === "started" || state === "failed") finished.delete(id);
  }
  return finished;
}

export interface LastState {
  readonly state: string;
  readonly stage: string;
  readonly title: string;
  readonly reason?: string;
}

/** The last state of every step that was ever started or withheld, for the report. */
export function lastStates(journal: Journal): Map<string, LastState> {
  const states = new Map<string, LastState>();
  for (const { kind, body } of journal.entries()) {
    if (kind !== "step") continue;
    const id = str(body["id"]);
    const state = str(body["state"]);
    const reason = str(body["reason"]);
    if (id === undefined || state === undefined) continue;
    const [stage, title] = [str(body["stage"]) ?? "", str(body["title"]) ?? id];
    states.set(id, { state, stage, title, ...(reason === undefined ? {} : { reason }) });
  }
  return states;
}

/** How many entries the journal has, and the hash of the last one. */
export function headOf(journal: Journal): { readonly entries: number; readonly head: string } {
  let entries = 0;
  let head = "";
  for (const entry of journal.entries()) {
    entries += 1;
    head = entry.hash;
  }
  return { entries, head };
}
