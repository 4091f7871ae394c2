import { durationText, shown } from "../../../model/text.ts";
import { ageText, type Check, dayMs, fail, ok, warn } from "../check.ts";

const everyDays = 90;
const soonDays = 14;
const drill = "claw-ir drill";

/** A backup that was never restored is a hope. */
export const lastDrill: Check = {
  id: "last-drill",
  title: "a drill that restored one",
  run: ({ host, status }) => {
    const { last, lastGood } = status.drill;
    if (last === undefined) return Promise.resolve(fail("there was none yet", drill));
    const isGood = last.exit === 0 || last.exit === 3;
    if (!isGood) {
      const why = last.message === undefined ? "" : `: ${shown(last.message, 300)}`;
      return Promise.resolve(fail(`the last one failed (${last.endedAt.slice(0, 10)})${why}`, drill));
    }
    const run = lastGood ?? last;
    const due = Date.parse(run.nextDue ?? "") || Date.parse(run.endedAt) + everyDays * dayMs;
    const left = due - host.clock.now().getTime();
    const took =
      run.restoreSeconds === undefined ? "" : `, restored in ${durationText(run.restoreSeconds * 1000)}`;
    const text = `passed on ${run.endedAt.slice(0, 10)}${took}`;
    if (left < 0) return Promise.resolve(fail(`${text}; overdue for ${ageText(-left)}`, drill));
    if (left < soonDays * dayMs) return Promise.resolve(warn(`${text}; due in ${ageText(left)}`, drill));
    return Promise.resolve(ok(`${text}; next due ${new Date(due).toISOString().slice(0, 10)}`));
  },
};
