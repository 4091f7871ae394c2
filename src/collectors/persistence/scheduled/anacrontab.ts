/** anacrontab(5): `period delay job-identifier command` and `NAME=value`. */
export type AnacronEntry =
  | {
      readonly kind: "job";
      /** Days, or "@monthly". */
      readonly period: string;
      /** Minutes. */
      readonly delay: string;
      readonly id: string;
      readonly command: string;
      readonly line: number;
    }
  | { readonly kind: "environment"; readonly name: string; readonly value: string; readonly line: number }
  | { readonly kind: "unreadable"; readonly text: string; readonly line: number };

const maxLines = 10_000;
const maxLine = 8192;
const job = /^(\d{1,6}|@[a-z]{1,12})[ \t]+(\d{1,6})[ \t]+(\S{1,200})[ \t]+(\S.*)$/s;
const setting = /^([A-Za-z_]\w{0,100})[ \t]*=[ \t]*(.*)$/s;

/** Every line that is not blank and not a comment, in order. */
export function parseAnacrontab(text: string): readonly AnacronEntry[] {
  return text.split("\n", maxLines).flatMap((raw, i): AnacronEntry[] => {
    const bare = raw.slice(0, maxLine).trim();
    return bare === "" || bare.startsWith("#") ? [] : [entryOf(bare, i + 1)];
  });
}

function entryOf(text: string, line: number): AnacronEntry {
  const [, period, delay, id, command] = job.exec(text) ?? [];
  if (period !== undefined && delay !== undefined && id !== undefined && command !== undefined)
    return { kind: "job", period, delay, id, command, line };
  const [, name, value] = setting.exec(text) ?? [];
  return name === undefined || value === undefined
    ? { kind: "unreadable", text, line }
    : { kind: "environment", name, value, line };
}
