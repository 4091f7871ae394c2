import type { HostEvent } from "../../../model/log-records.ts";
import { read } from "../../../model/outcome.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Collector } from "../../collector.ts";
import { listFolder } from "../../files.ts";
import { fromReading } from "../../from-reading.ts";
import type { Sources } from "../../sources.ts";
import { maskArguments } from "../../live/processes.ts";
import { auditEvents, type Mask } from "./audit-join.ts";
import { keepNewest } from "./keep-newest.ts";
import { linesOf, logFiles, noneReadable } from "./log-files.ts";
import { typedNames } from "./typed-names.ts";

const folder = "/var/log/audit";

/** What the audit daemon recorded of logins, accounts, commands and watched files, and whether it is there at all: that it was turned off is what an intruder does first. */
export async function readAuditLog(sources: Sources): Promise<Reading<HostEvent>> {
  const reasons: string[] = [];
  const newest = keepNewest();
  const hide: Mask = (argv) => maskArguments(argv, sources.redactor);
  let files = 0;
  for await (const file of logFiles(sources, folder, /^audit\.log(?:\.\d{1,4})?(?:\.gz)?$/, reasons)) {
    files += 1;
    newest.file(auditEvents(linesOf(file), file.path, hide));
  }
  if (files > 0) return read(newest.all().map(await typedNames(sources)), [...reasons, ...newest.reasons()]);
  if (reasons.length > 0) return noneReadable(reasons);
  return { outcome: "missing", reason: await whyNot(sources), records: [] };
}

async function whyNot(sources: Sources): Promise<string> {
  const { names } = await listFolder(sources, "/etc/audit");
  return names.length > 0 ? "the audit daemon is set up and has no log" : "no audit daemon keeps a log here";
}

export const auditLog: Collector = {
  id: "audit-log",
  title: "The audit daemon's log",
  stage: "collect",
  attack: ["T1562.012", "T1078", "T1548.003", "T1059"],
  liveOnly: false,
  timeoutMs: 40_000,
  rootAdds: "the log itself",
  collect: fromReading("auditLog"),
};
