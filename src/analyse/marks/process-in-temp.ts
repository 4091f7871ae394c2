import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "process-in-temp",
  title: "Process runs from a temporary folder",
  severity: "medium",
  attack: ["T1036.005", "T1059"],
} as const;

const temporary = /^(?:\/tmp|\/var\/tmp|\/run\/shm|\/run\/user\/\d+)\//;
/** Nothing is installed into memory; on a disk at least a build may run from there. */
const memory = /^\/dev\/shm\//;

export const processInTemp: Mark = {
  ...base,
  needs: ["processes"],
  evaluate: (input) =>
    input.readings.processes.records.flatMap((process) => {
      const exe = process.exe ?? "";
      // A deleted one is told by another mark.
      if (process.exeDeleted || !(temporary.test(exe) || memory.test(exe))) return [];
      return [
        finding(base, {
          key: `${process.pid}\0${process.startedAt}\0${exe}`,
          severity: memory.test(exe) ? "high" : "medium",
          firstSeen: process.startedAt,
          summary: `process ${process.pid} ${quoted(input, process.comm, 20)} runs ${quoted(input, exe)}`,
          evidence: [
            evidenceAt(
              "processes",
              { path: `/proc/${process.pid}` },
              { input, excerpt: process.argv.join(" ") },
            ),
          ],
          next: ["look at the copy of the program among the lost programs, and find out what started it"],
        }),
      ];
    }),
};
