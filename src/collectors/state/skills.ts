import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";

/** The text of skill files stays in the sealed state; here are their hashes. */
export const skills: Collector = {
  id: "skills",
  title: "Skills and the hashes of their files",
  stage: "collect",
  attack: ["T1195.001", "T1059"],
  liveOnly: false,
  timeoutMs: 60_000,
  collect: fromReading("skills", (skill) => ({
    ...skill,
    files: skill.files.map(({ text, ...file }) => ({ ...file, isText: text !== undefined })),
  })),
};
