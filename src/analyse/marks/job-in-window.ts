import { leftoverNote } from "../../model/leftover.ts";
import { evidenceAt, finding, inWindow, needsStart, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "job-in-window",
  title: "OpenClaw job made or changed during the incident",
  severity: "medium",
  attack: ["T1053"],
} as const;

export const jobInWindow: Mark = {
  ...base,
  needs: ["cronJobs"],
  unless: needsStart,
  evaluate: (input) =>
    input.readings.cronJobs.records
      .filter((job) => !job.managed && inWindow(input.window, job.createdAt))
      .map((job) =>
        finding(base, {
          key: job.leftover === true ? `leftover\0${job.id}` : job.id,
          firstSeen: job.createdAt,
          lastSeen: job.lastRunAt,
          summary: `job ${quoted(input, job.name ?? job.id)} (${quoted(input, job.schedule, 60)}) was made at ${job.createdAt ?? ""}${job.createdBy === undefined ? "" : ` by ${quoted(input, job.createdBy)}`}${leftoverNote(job)}`,
          evidence: [evidenceAt("cron-jobs", job.place, { input, excerpt: job.payload })],
          next: ["find the session or device that made it, and pause it unless that was you"],
        }),
      ),
};
