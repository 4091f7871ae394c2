import type { ProcessSeen } from "../../model/host-records.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "process-masked",
  title: "Program that calls itself a thread of the kernel, or is traced",
  severity: "high",
  attack: ["T1036.011", "T1055.008"],
} as const;

/** Only threads of the kernel show in brackets, and they have no program. */
const bracketed = /^\[[^\]]{1,32}\]$/;

function says(
  process: ProcessSeen,
  names: ReadonlyMap<number, string>,
  quote: (text: string) => string,
): string | undefined {
  if (process.exe !== undefined && bracketed.test((process.argv[0] ?? "").trim()))
    return "calls itself a thread of the kernel and is none";
  if (process.tracer === undefined) return undefined;
  const tracer = names.get(process.tracer);
  if (tracer === undefined) return `is traced by process ${process.tracer}, which does not show`;
  // A debugger at work is named by itself.
  return /^(?:gdb|lldb|strace|ltrace|rr|perf)/.test(tracer)
    ? undefined
    : `is traced by process ${process.tracer} (${quote(tracer)})`;
}

export const processMasked: Mark = {
  ...base,
  needs: ["processes"],
  evaluate: (input) => {
    const { records } = input.readings.processes;
    const names = new Map(records.map((process) => [process.pid, process.comm]));
    return records.flatMap((process) => {
      const what = says(process, names, (text) => quoted(input, text, 20));
      if (what === undefined) return [];
      const program = quoted(input, process.exe ?? process.comm);
      return [
        finding(base, {
          key: `${process.pid}\0${process.startedAt}`,
          severity: process.tracer === undefined ? "high" : "medium",
          firstSeen: process.startedAt,
          summary: `process ${process.pid} (${program}) ${what}`,
          evidence: [
            evidenceAt(
              "processes",
              { path: `/proc/${process.pid}` },
              { input, excerpt: process.argv.join(" ") },
            ),
          ],
          next: ["look at what it has open and who started it"],
        }),
      ];
    });
  },
};
