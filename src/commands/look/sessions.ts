import { markRows } from "../../analyse/index.ts";
import type { Session } from "../../model/session-records.ts";
import { lookCommand } from "./command.ts";
import type { Look, LookRow, Section, Seen } from "./look.ts";
import { joined, when } from "./words.ts";

const look: Look = {
  name: "sessions",
  summary: "who talked to the agents, through what, and what they had them do",
  description:
    "Lists every session: the live ones, the deleted and reset ones of which an archive is left, and leftovers of migrations. Marks those whose tool calls look like an attack. Reads copies, makes no case, changes nothing.",
  kinds: ["sessions"],
  calls: true,
  // The control-plane database names agents' databases that lie elsewhere.
  databases: ["state", "agent"],
  needsState: true,
  agents: true,
  since: "only sessions that were active from this time on",
  sections,
  next: (hasUnusual) => [
    hasUnusual
      ? ["claw-ir collect", "keep all of it in a case; then: claw-ir timeline --grep SESSION"]
      : ["claw-ir timeline --grep SESSION", "what a session did, after claw-ir collect"],
  ],
};

export const sessionsCommand = lookCommand(look);

function sections({ readings, findings, since }: Seen): readonly Section[] {
  const recent = readings.sessions.records.filter(
    ({ lastAt, createdAt }) => since === undefined || (lastAt ?? createdAt ?? "") >= since,
  );
  // The latest first: what somebody looks for happened lately.
  const sorted = [...recent].sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : timeOf(a) > timeOf(b) ? -1 : 0));
  const marked = markRows(sorted, findings, ({ place, id }) => [place, { path: place.path, locator: id }]);
  return [
    {
      noun: ["session", "sessions"],
      columns: [
        { head: "session", least: 20, most: 60, isPath: true },
        { head: "agent", most: 16 },
        { head: "via", most: 10 },
        { head: "channel", most: 14 },
        { head: "model", least: 8, most: 30, isSpare: true },
        { head: "last active (UTC)", least: 17 },
        { head: "events" },
        { head: "calls" },
        { head: "kept as", least: 12, most: 34 },
      ],
      rows: marked.map(({ record, marks }): LookRow => ({
        cells: cellsOf(record),
        marks,
        record,
        agent: record.agent,
      })),
    },
  ];
}

function timeOf({ lastAt, createdAt }: Session): string {
  return lastAt ?? createdAt ?? "";
}

function cellsOf(session: Session): readonly string[] {
  const { key, id, agent, via, externalContent, channel, provider, model, events, toolCalls } = session;
  return [
    key === "" ? `(no name) ${id}` : key,
    agent,
    joined(": ", via, externalContent),
    channel ?? "",
    joined("/", provider, model),
    when(timeOf(session) === "" ? undefined : timeOf(session)),
    String(events),
    String(toolCalls),
    keptAs(session),
  ];
}

function keptAs({ archived, leftover, headCut, status }: Session): string {
  const archive = archived === undefined ? undefined : `${archived}, archived`;
  return joined(
    "; ",
    archive,
    leftover === true ? "leftover" : undefined,
    headCut === undefined ? undefined : "beginning cut off",
    status === "orphaned" ? "transcript only" : undefined,
  );
}
