/** What the user answered, kept as facts of the case so that a resumed run does not ask again. */
import type { Case } from "../case/types.ts";
import { at, str, strings } from "../model/json.ts";
import type { Json } from "../model/json.ts";

export interface IncidentAnswers {
  readonly abuse: "abuse" | "exposure" | "unknown";
  /** ISO time; absent when not known. */
  readonly since?: string;
  readonly responder?: string;
}

const key = "answers";
/** Stands for a time that nobody knows: asked and answered. */
export const notKnown = "unknown";

/** What was answered to a question before, in this run or an earlier one. */
export function answered(subject: Case, question: string): unknown {
  return at(subject.facts.get(key), question);
}

export function saveAnswers(subject: Case, answers: Readonly<Record<string, Json>>): void {
  const before = subject.facts.get(key);
  subject.facts.set(key, { ...(isObject(before) ? before : {}), ...answers });
}

export function incidentAnswers(subject: Case): IncidentAnswers {
  const saved = subject.facts.get(key);
  const abuse = str(at(saved, "abuse"));
  const since = str(at(saved, "since"));
  const responder = str(at(saved, "responder"));
  return {
    abuse: abuse === "abuse" || abuse === "exposure" ? abuse : "unknown",
    ...(since === undefined || since === notKnown ? {} : { since }),
    ...(responder === undefined ? {} : { responder }),
  };
}

/** Credential ids that the user named, or "all". Empty: not known yet, which rotates as "all". */
export function chosenCredentials(subject: Case): "all" | readonly string[] {
  const chosen = strings(at(subject.facts.get(key), "credentials"));
  return chosen.length === 0 || chosen.includes("all") || chosen.includes("unknown") ? "all" : chosen;
}

export function isHostTaken(subject: Case): boolean {
  return at(subject.facts.get(key), "device") === "host";
}

/** Device ids that the user named as lost or unknown. */
export function suspectDevices(subject: Case): readonly string[] {
  return strings(at(subject.facts.get(key), "devices"));
}

/** Whether money was spent within the last minutes before the run. */
export function climbing(subject: Case): boolean {
  return at(subject.facts.get("spend"), "climbing") === true;
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
