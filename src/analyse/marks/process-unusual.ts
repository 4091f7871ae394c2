import type { ProcessSeen } from "../../model/host-records.ts";
import type { Severity } from "../../model/outcome.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "process-unusual",
  title: "Process that hides or runs from nowhere",
  severity: "high",
  attack: ["T1070.004", "T1620", "T1574.006", "T1014"],
} as const;

interface Reason {
  readonly says: string;
  readonly severity: Severity;
}

const temporary = /^(?:\/tmp|\/var\/tmp|\/dev\/shm)\//;
const preload = /^(?:LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES|BASH_ENV)$/;

function reasonFor(process: ProcessSeen): Reason | undefined {
  const exe = process.exe ?? "";
  if (process.hidden) return { says: "is missing from the process listing", severity: "critical" };
  if (/memfd:/.test(exe)) return { says: "runs from memory only", severity: "high" };
  if (process.exeDeleted && temporary.test(exe)) {
    return { says: "runs a program that was deleted from a temporary folder", severity: "high" };
  }
  // An upgrade leaves long-running processes on deleted files.
  if (process.exeDeleted) return { says: "runs a program whose file was deleted", severity: "low" };
  const injected = process.loaders.filter((name) => preload.test(name));
  return injected.length === 0
    ? undefined
    : { says: `is made to load other code through ${injected.join(" ")}`, severity: "medium" };
}

export const processUnusual: Mark = {
  ...base,
  needs: ["processes"],
  evaluate: (input) =>
    input.readings.processes.records.flatMap((process) => {
      const reason = reasonFor(process);
      if (reason === undefined) return [];
      return [
        finding(base, {
          key: `${process.pid}\0${process.startedAt}\0${process.comm}`,
          severity: reason.severity,
          firstSeen: process.startedAt,
          summary: `process ${process.pid} ${quoted(input, process.comm, 20)}${process.exe === undefined ? "" : ` (${quoted(input, process.exe)})`} ${reason.says}`,
          evidence: [
            evidenceAt(
              "processes",
              { path: `/proc/${process.pid}` },
              { input, excerpt: process.argv.join(" ") },
            ),
          ],
          next: ["copy its program from /proc before it ends, and find out what started it"],
        }),
      ];
    }),
};
