import { installedSchedules } from "../../../preserve/schedule/index.ts";
import { jobName } from "../../schedule/job.ts";
import { type Check, ok, unknown, warn } from "../check.ts";

export const schedule: Check = {
  id: "schedule",
  title: "backups are scheduled",
  run: async ({ host, target, profile, status }) => {
    if (!target.live)
      return unknown(target.notLiveBecause ?? "this is not the running host", "ask on that host");
    const found = await installedSchedules(host, jobName("backup", profile));
    const [first] = found;
    if (first === undefined) {
      const other =
        status.backup.last?.scheduled === true ? " by claw-ir, though the last backup ran by a timer" : "";
      return warn(`nothing is installed${other}`, "claw-ir backup schedule --daily 03:30 --install");
    }
    const sleeping = found.find(({ what }) => /, not (?:active|loaded)$/.test(what));
    if (sleeping !== undefined)
      return warn(sleeping.what, "claw-ir backup schedule --daily 03:30 --install puts it in place again");
    return ok(found.map(({ what }) => what).join("; "));
  },
};
