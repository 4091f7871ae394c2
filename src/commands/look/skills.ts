import { markRows } from "../../analyse/index.ts";
import type { Place } from "../../model/records.ts";
import type { Skill } from "../../model/skill-records.ts";
import { lookCommand } from "./command.ts";
import type { Look, LookRow, Section, Seen } from "./look.ts";
import { day, placeText } from "./words.ts";

const look: Look = {
  name: "skills",
  summary: "what the agents were taught, and where it came from",
  description:
    "Lists every skill: where it came from, what it holds, how often it was used. Marks those that fetch and run code, hide text, or hold programs. Reads files and a copy of one database, makes no case, changes nothing.",
  kinds: ["skills"],
  databases: ["state"],
  needsState: true,
  agents: true,
  since: "when it may have begun: skills that came or changed from then on are marked",
  sections,
  next: (hasUnusual) => [
    hasUnusual
      ? ["claw-ir collect", "keep it in a case before you remove a skill"]
      : ["claw-ir skills --since 7d", "what came or changed lately"],
  ],
};

export const skillsCommand = lookCommand(look);

function sections({ readings, findings, installation: { target } }: Seen): readonly Section[] {
  const home = target.toHost(target.home);
  const marked = markRows(readings.skills.records, findings, placesOf);
  return [
    {
      noun: ["skill", "skills"],
      columns: [
        { head: "skill", least: 12, most: 40 },
        { head: "source" },
        { head: "from", least: 8, most: 40 },
        { head: "agent", most: 16 },
        { head: "changed", least: 10 },
        { head: "uses" },
        { head: "files" },
        { head: "sha256", least: 12, most: 12, isSpare: true },
        { head: "place", least: 20, most: 60, isPath: true },
      ],
      rows: marked.map(({ record, marks }): LookRow => ({
        cells: cellsOf(record, home),
        marks,
        record: {
          ...record,
          files: record.files.map(({ text, ...file }) => ({ ...file, isText: text !== undefined })),
        },
        agent: record.agent,
        ordinary: record.source === "bundled",
      })),
      ordinary: "that came with OpenClaw",
    },
  ];
}

/** Its folder and its files; a finding in a text names a line, which is not a place of its own here. */
function placesOf({ place, files }: Skill): readonly Place[] {
  return [
    place,
    ...files.map(({ path }) => ({ path: path.startsWith("/") ? path : `${place.path}/${path}` })),
  ];
}

function cellsOf(skill: Skill, home: string): readonly string[] {
  const { name, source, installedFrom, agent, modifiedAt, uses, files, sha256, place } = skill;
  return [
    name,
    source,
    installedFrom ?? "",
    agent ?? "",
    day(modifiedAt),
    uses === undefined ? "" : String(uses),
    String(files.length),
    sha256,
    placeText(place, home),
  ];
}
