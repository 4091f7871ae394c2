import type { TrajectoryEvent } from "../../../model/activity-records.ts";
import { isDict, num, str } from "../../../model/json.ts";
import { boundedJson } from "../bounded-json.ts";
import { fileLines } from "../lines.ts";
import type { Source, StateFile } from "../source.ts";
import { trajectoryEventOf } from "../trajectory-event.ts";
import { filesOf, leftoverOf } from "./text.ts";
import { sessionIdOf } from "./transcripts.ts";

const maxProblems = 100;

/** `<session>.trajectory.jsonl`, 2026.4 to 2026.7. The migration to SQLite moves them away and does not take them over. */
export function* trajectories(source: Source, problems: string[]): IterableIterator<TrajectoryEvent> {
  const say = (problem: string): void => {
    if (problems.length < maxProblems && !problems.includes(problem)) problems.push(problem);
  };
  for (const file of filesOf(source, "trajectory")) yield* eventsOf(source, file, say);
}

function* eventsOf(
  source: Source,
  file: StateFile,
  say: (problem: string) => void,
): IterableIterator<TrajectoryEvent> {
  const named = sessionIdOf({ ...file, base: file.base.replace(/\.trajectory\.jsonl$/, ".jsonl") }, "");
  for (const { text, number } of fileLines(source.host, file.path, (why) => say(`${file.shown}: ${why}`))) {
    const head = boundedJson(text);
    const locator = `line ${number}`;
    const origin = {
      agent: file.agent ?? "main",
      sessionId: isDict(head) ? (str(head["sessionId"]) ?? named) : named,
      seq: isDict(head) ? (num(head["sourceSeq"]) ?? num(head["seq"]) ?? number) : number,
      place: { path: file.shown, locator },
    };
    const event = isDict(head) ? trajectoryEventOf(text, origin) : undefined;
    if (event === undefined) say(`${locator} of ${file.shown} is no JSON object`);
    else yield { ...event, ...leftoverOf(file) };
  }
}
