import type { ProcessSeen } from "../../model/host-records.ts";
import type { Severity } from "../../model/outcome.ts";
import type { Finding } from "../../model/evidence.ts";
import { evidenceAt, finding, quoted, span } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";

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

interface Unusual extends Reason {
  readonly process: ProcessSeen;
}

/** Processes of one program that stand out for one reason are one finding, each of them in its evidence, up to this many. */
const maxEvidence = 20;

function keyOf({ process, says }: Unusual): string {
  const { pid, startedAt, comm, exe } = process;
  // What hides, or has no program that can be read, is told one by one.
  return process.hidden || exe === undefined ? `${pid}\0${startedAt}\0${comm}` : `${exe}\0${comm}\0${says}`;
}

export const processUnusual: Mark = {
  ...base,
  needs: ["processes"],
  evaluate: (input) => {
    const unusual = input.readings.processes.records.flatMap((process): Unusual[] => {
      const reason = reasonFor(process);
      return reason === undefined ? [] : [{ ...reason, process }];
    });
    return [...Map.groupBy(unusual, keyOf)].flatMap(([key, group]) => groupFinding(input, key, group));
  },
};

function groupFinding(input: MarkInput, key: string, group: readonly Unusual[]): Finding[] {
  const [first] = group;
  if (first === undefined) return [];
  const { process, severity, says } = first;
  const started = group.map((one) => one.process.startedAt);
  const exe = process.exe === undefined ? "" : ` (${quoted(input, process.exe)})`;
  const others = group.length === 1 ? "" : `, and ${group.length - 1} more of this program`;
  return [
    finding(base, {
      ...{ key, severity, ...span(started) },
      summary: `process ${process.pid} ${quoted(input, process.comm, 20)}${exe} ${says}${others}`,
      evidence: group
        .slice(0, maxEvidence)
        .map(({ process: { pid, argv } }) =>
          evidenceAt("processes", { path: `/proc/${pid}` }, { input, excerpt: argv.join(" ") }),
        ),
      next: ["copy its program from /proc before it ends, and find out what started it"],
    }),
  ];
}
