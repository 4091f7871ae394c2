import { inUse } from "../../model/leftover.ts";
import { evidenceAt, finding, inWindow, isVouched, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "job-command",
  title: "OpenClaw job that executes a command",
  severity: "medium",
  attack: ["T1053", "T1059.004"],
} as const;

export const jobCommand: Mark = {
  ...base,
  needs: ["cronJobs"],
  evaluate: (input) =>
    inUse(input.readings.cronJobs.records)
      .filter((job) => !job.managed && job.payloadKind === "command" && !isVouched(input, job.id))
      .map((job) =>
        finding(base, {
          key: job.id,
          severity: inWindow(input.window, job.createdAt) ? "high" : job.enabled ? "medium" : "low",
          firstSeen: job.createdAt,
          lastSeen: job.lastRunAt,
          summary: `job ${quoted(input, job.name ?? job.id)} (${quoted(input, job.schedule, 60)}, ${job.enabled ? "on" : "off"}, ${counted(job.runs, "run")}) executes a command on this host`,
          evidence: [evidenceAt("cron-jobs", job.place, { input, excerpt: job.payload })],
          next: ["pause it, and keep it out of the restored state unless you made it"],
        }),
      ),
};
