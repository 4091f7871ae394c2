import { shown } from "../../../model/text.ts";
import { ageText, type Check, dayMs, fail, ok, warn } from "../check.ts";

const oldestDays = 7;
const make = "claw-ir backup create";

export const lastBackup: Check = {
  id: "last-backup",
  title: "a recent backup",
  run: ({ host, status }) => {
    const { last, lastGood } = status.backup;
    const why = last?.message === undefined ? "" : `: ${shown(last.message, 300)}`;
    if (lastGood === undefined)
      return Promise.resolve(
        fail(last === undefined ? "there was none yet" : `none succeeded, the last one failed${why}`, make),
      );
    const age = host.clock.now().getTime() - Date.parse(lastGood.endedAt);
    const text = `the last good one is ${ageText(age)} old (${lastGood.endedAt.slice(0, 16)}Z)`;
    if (age > oldestDays * dayMs) return Promise.resolve(fail(text, make));
    if (last !== undefined && last.endedAt !== lastGood.endedAt)
      return Promise.resolve(warn(`${text}; the last run failed${why}`, `look into it, then ${make}`));
    return Promise.resolve(
      last?.exit === 3
        ? warn(`${text}; it was done in part${why}`, "claw-ir backup list names what is missing in it")
        : ok(text),
    );
  },
};
