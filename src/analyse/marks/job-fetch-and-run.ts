import { leftoverNote } from "../../model/leftover.ts";
import { findReverseShell, namesSecretPlace, sendsOut } from "../text/commands.ts";
import { findFetchAndRun } from "../text/fetch-and-run.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { counted } from "../../model/text.ts";

const base = {
  id: "job-fetch-and-run",
  title: "OpenClaw job that fetches and runs code or carries secrets out",
  severity: "critical",
  attack: ["T1053", "T1105", "T1059"],
} as const;

function judgePayload(payload: string): string | undefined {
  const shell = findReverseShell(payload);
  if (shell !== undefined) return shell.says;
  const hit = findFetchAndRun(payload)[0];
  if (hit !== undefined) return hit.says;
  return namesSecretPlace(payload) && sendsOut("", payload)
    ? "reads a place of credentials and sends it out"
    : undefined;
}

export const jobFetchAndRun: Mark = {
  ...base,
  needs: ["cronJobs"],
  evaluate: (input) =>
    input.readings.cronJobs.records.flatMap((job) => {
      const says = judgePayload(job.payload);
      if (says === undefined) return [];
      return [
        finding(base, {
          // A leftover may say what the job of the same name did before it was changed.
          key: job.leftover === true ? `leftover\0${job.id}` : job.id,
          severity: job.enabled && job.leftover !== true ? "critical" : "high",
          confidence: "likely",
          why: says,
          firstSeen: job.createdAt,
          lastSeen: job.lastRunAt,
          summary: `job ${quoted(input, job.name ?? job.id)} (${quoted(input, job.schedule, 60)}, ${counted(job.runs, "run")}) ${says}${leftoverNote(job)}`,
          evidence: [evidenceAt("cron-jobs", job.place, { input, excerpt: job.payload })],
          next: [
            ...(job.leftover === true ? [] : ["pause it before the gateway starts again"]),
            "look at what its runs did: claw-ir timeline --grep JOB",
          ],
        }),
      ];
    }),
};
