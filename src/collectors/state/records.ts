/** Collectors that hand on one kind of records as it was read. */
import type { ReadingKind } from "../../model/readings.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";

function recordsOf(
  kind: ReadingKind,
  title: string,
  attack: readonly string[],
  collect = fromReading(kind),
): Collector {
  return { id: kind, title, attack, stage: "collect", liveOnly: false, timeoutMs: 30_000, collect };
}

export const tasks = recordsOf("tasks", "Tasks, sub-agents, flows and heartbeats", ["T1059"]);
export const approvals = recordsOf("approvals", "Approvals that were asked for", ["T1548"]);
/** The code of hooks and plugins stays in the sealed state; here are their hashes. */
export const extensions = recordsOf(
  "extensions",
  "Hooks, plugins and MCP servers",
  ["T1546", "T1195.001"],
  fromReading("extensions", ({ text, ...extension }) => ({ ...extension, hasCode: text !== undefined })),
);
export const memory = recordsOf("memory", "The agents' memory and where it came from", ["T1565.001"]);
export const operations = recordsOf("operations", "Updates, migrations, backups, repairs", ["T1070"]);
export const deliveries = recordsOf("deliveries", "Messages that went out, and that came in", [
  "T1041",
  "T1566.003",
]);
