/** /proc/PID/status as a record: a pure function. Format: proc_pid_status(5). */
import type { ProcessRecord } from "../processes.ts";

export interface ProcStatus {
  /** The real user id; -1 where it does not say. */
  readonly uid: number;
  /** The thread group: a leader's own pid. */
  readonly tgid: number;
  readonly more: Pick<ProcessRecord, "tracer" | "capabilities" | "kernelThread">;
}

export function parseStatus(text: string): ProcStatus {
  // The first line holds the name of the process, in which the kernel spells a newline as \\n: it forges no line.
  const lines = `\n${text}`;
  const value = (name: string): string => {
    const at = lines.indexOf(`\n${name}:`);
    if (at < 0) return "";
    const from = at + name.length + 2;
    const end = lines.indexOf("\n", from);
    return lines.slice(from, end < 0 ? undefined : end).trim();
  };
  const number = (name: string): number => {
    const found = Number.parseInt(value(name), 10);
    return Number.isNaN(found) ? -1 : found;
  };
  const tracer = number("TracerPid");
  const capabilities = value("CapEff");
  return {
    uid: number("Uid"),
    tgid: number("Tgid"),
    more: {
      ...(tracer > 0 ? { tracer } : {}),
      ...(/^0*[1-9a-f][0-9a-f]{0,31}$/.test(capabilities) ? { capabilities } : {}),
      ...(value("Kthread") === "1" ? { kernelThread: true } : {}),
    },
  };
}
