import { markRows, type Marked } from "../../analyse/index.ts";
import { collectors } from "../../collectors/index.ts";
import type { PersistenceItem } from "../../model/persistence.ts";
import { lookCommand } from "./command.ts";
import type { Look, LookRow, Section, Seen } from "./look.ts";
import { everythingStaying, ordinaryAmong } from "./staying.ts";
import { day, placeText } from "./words.ts";

const look: Look = {
  name: "persistence",
  summary: "what runs, or lets somebody in, by being there",
  description:
    "Lists what stays: login keys, units, crontabs, start-up files, hooks, plugins and more, by how it stays. What belongs to a package of the system and is as usual is counted, not listed. Makes no case, changes nothing; root sees more.",
  kinds: ["persistence", "hostCron", "authorizedKeys", "extensions"],
  picks: ({ slow }, { full }) => full === true || slow !== true,
  full: "set-user-id programs, and files that are not as their package brought them",
  databases: ["state"],
  needsState: false,
  since: "when it may have begun: what changed from then on is marked",
  sections,
  next: (hasUnusual) => [
    hasUnusual
      ? ["claw-ir collect", "keep it in a case before you take anything out"]
      : ["claw-ir persistence --since 7d", "what changed lately"],
  ],
};

export const persistenceCommand = lookCommand(look);

const titles: ReadonlyMap<string, string> = new Map([
  ...collectors.map(({ id, title }): readonly [string, string] => [id, title]),
  ["openclaw-hook", "Hooks of OpenClaw"],
  ["openclaw-plugin", "Plugins of OpenClaw"],
  ["openclaw-mcp-server", "MCP servers of OpenClaw"],
]);

/** One table for each mechanism, those with the worst first. */
function sections({ readings, findings, installation: { target } }: Seen): readonly Section[] {
  const home = target.toHost(target.home);
  const items = everythingStaying(readings);
  const isOrdinary = ordinaryAmong(items);
  const marked = markRows(items, findings, ({ place }) => [place]);
  const groups = Map.groupBy(marked, ({ record }) => record.mechanism);
  const rowOf = ({ record, marks }: Marked<PersistenceItem>): LookRow => ({
    cells: cellsOf(record, home),
    marks,
    record,
    ordinary: isOrdinary(record),
  });
  if (groups.size === 0) return [sectionOf("", [])];
  return [...groups].map(([mechanism, rows]) => sectionOf(mechanism, rows.map(rowOf)));
}

function sectionOf(mechanism: string, rows: readonly LookRow[]): Section {
  return {
    ...(mechanism === "" ? {} : { title: titles.get(mechanism) ?? mechanism }),
    noun: ["entry", "entries"],
    ordinary: "that only set variables or belong to a package of the system",
    columns: [
      { head: "name", least: 14, most: 70 },
      { head: "user", most: 16, isSpare: true },
      { head: "is", least: 3, isSpare: true },
      { head: "when", least: 8, most: 30 },
      { head: "does", least: 20, most: 100 },
      { head: "changed", least: 10, isSpare: true },
      { head: "place", least: 20, most: 70, isPath: true },
    ],
    rows,
  };
}

function cellsOf(item: PersistenceItem, home: string): readonly string[] {
  const { name, user, enabled, trigger, runs, sets, file, place } = item;
  return [
    name,
    user ?? "",
    item.kind === "unreadable" ? "unreadable" : enabled === undefined ? "" : enabled ? "on" : "off",
    trigger ?? "",
    [...runs, ...sets].join("; "),
    day(file?.modifiedAt),
    placeText(place, home),
  ];
}
