import { read } from "../../../model/outcome.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Collector } from "../../collector.ts";
import type { Ground } from "../../files.ts";

export interface MacStatus {
  readonly command: string;
  readonly code: number | null;
  readonly lines: readonly string[];
}

type Argv = readonly [string, ...string[]];

/** Only macOS itself can tell these. Each with its own limit, so that one that hangs does not cost the others. */
const questions: readonly { readonly argv: Argv; readonly timeoutMs: number; readonly maxLines: number }[] = [
  { argv: ["csrutil", "status"], timeoutMs: 5000, maxLines: 20 },
  { argv: ["spctl", "--status"], timeoutMs: 5000, maxLines: 5 },
  { argv: ["fdesetup", "status"], timeoutMs: 5000, maxLines: 10 },
  { argv: ["launchctl", "list"], timeoutMs: 10_000, maxLines: 3000 },
  { argv: ["systemextensionsctl", "list"], timeoutMs: 10_000, maxLines: 300 },
  { argv: ["kextstat", "-l"], timeoutMs: 10_000, maxLines: 2000 },
];
const logQuestion: Argv = [
  "log",
  "show",
  "--style",
  "ndjson",
  "--last",
  "24h",
  "--predicate",
  'process == "sshd" OR process == "sudo" OR process CONTAINS "openclaw"',
];

export async function readMacStatus({ host }: Ground): Promise<Reading<MacStatus>> {
  if (host.facts.platform !== "darwin") return read([]);
  const found: MacStatus[] = [];
  const reasons: string[] = [];
  const log = { argv: logQuestion, timeoutMs: 90_000, maxLines: 50_000 };
  const root =
    host.facts.uid === 0
      ? [{ argv: ["sfltool", "dumpbtm"] as const, timeoutMs: 15_000, maxLines: 5000 }]
      : [];
  for (const { argv, timeoutMs, maxLines } of [...questions, ...root, log]) {
    const command = argv.join(" ");
    const { code, stdout, missing, timedOut, truncated } = await host.run(argv, {
      timeoutMs,
      maxBytes: 32 << 20,
    });
    if (missing) reasons.push(`${argv[0]} is not there`);
    if (timedOut) reasons.push(`${command} did not end in time`);
    if (truncated) reasons.push(`${command} printed more than was kept`);
    const lines = stdout.split("\n").filter((line) => line !== "");
    if (lines.length > maxLines)
      reasons.push(`${command}: the first ${maxLines} of ${lines.length} lines were kept`);
    if (!missing) found.push({ command, code, lines: lines.slice(0, maxLines) });
  }
  return read(found, reasons);
}

export const macStatus: Collector = {
  id: "mac-status",
  title: "Protections, services, extensions and log of a running Mac",
  stage: "collect",
  attack: ["T1562.001", "T1057", "T1547.006", "T1070.002"],
  liveOnly: true,
  timeoutMs: 150_000,
  rootAdds: "background items and the log of every process",
  collect: readMacStatus,
};
