import type { SkillFile } from "../../model/skill-records.ts";
import { hashOf } from "../skills/files.ts";

const maxText = 65_536;
const code = /\.(?:[cm]?[jt]sx?|sh|py|rb|pl|md)$/i;

/** What a folder of code is: a hash over all of its files, when it was last changed, and the text of its code. */
export interface Code {
  readonly sha256: string;
  readonly modifiedAt?: string;
  readonly text?: string;
}

/** The hash is made as that of a skill. `first` comes first in the text, which ends after 64 KiB. */
export function codeOf(files: readonly SkillFile[], first: string | undefined): Code {
  const modifiedAt = files
    .flatMap((file) => file.modifiedAt ?? [])
    .sort()
    .at(-1);
  const sorted = [...files].sort((a, b) => Number(b.path === first) - Number(a.path === first));
  const text = sorted
    .flatMap((file) => (file.text !== undefined && code.test(file.path) ? [file.text] : []))
    .join("\n")
    .slice(0, maxText);
  return {
    sha256: hashOf(files.map((file) => `${file.path} ${file.sha256}\n`).join("")),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(text === "" ? {} : { text }),
  };
}
