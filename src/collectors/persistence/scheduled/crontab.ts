/**
 * Crontabs as cron itself reads them (crontab(5) of Vixie cron and cronie): lines end at "\n" only, so a carriage return
 * that hides a command from `cat` is part of the line here.
 */
import type { HostCronEntry } from "../../../model/host-records.ts";
import type { FileFacts } from "../../../model/persistence.ts";
import { hides } from "../../../model/text.ts";

export interface CrontabOrigin {
  /** Path on the examined host. */
  readonly path: string;
  /** System crontabs (/etc/crontab, /etc/cron.d) name a user in front of the command. */
  readonly system: boolean;
  /** Whose crontab it is, for those that name no user. */
  readonly user?: string;
  readonly modifiedAt?: string;
  readonly file?: FileFacts;
}

const nicknames = new Set([
  "@reboot",
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
]);
const field = /^[\d*,/\-~?#A-Za-z]{1,200}$/;
const setting = /^(?:"([^"]*)"|'([^']*)'|([^\s='"]+))[ \t]*=[ \t]*(.*)$/s;
const maxLine = 8192;
/** What is longer is no crontab; what lies behind is not looked at. */
export const maxCrontabLines = 20_000;

/** Every line that is not blank and not a comment, in order. A line that is neither job nor setting is "unreadable". */
export function parseCrontab(text: string, origin: CrontabOrigin): readonly HostCronEntry[] {
  const entries: HostCronEntry[] = [];
  text.split("\n", maxCrontabLines).forEach((raw, i) => {
    const line = raw.replace(/^[ \t]+/, "");
    if (line.trim() === "" || line.startsWith("#")) return;
    const whole = line.length <= maxLine;
    const parsed = whole ? (parseSetting(line) ?? parseJob(line, origin.system)) : undefined;
    entries.push({
      ...(parsed ?? { kind: "unreadable", schedule: "", command: line.slice(0, maxLine) }),
      ...userOf(parsed, origin),
      hiding: hides(line),
      ...(origin.modifiedAt === undefined ? {} : { modifiedAt: origin.modifiedAt }),
      ...(origin.file === undefined ? {} : { file: origin.file }),
      place: { path: origin.path, locator: `line ${i + 1}` },
    });
  });
  return entries;
}

type Parsed = Pick<HostCronEntry, "kind" | "schedule" | "command" | "name" | "input" | "user">;

function userOf(parsed: Parsed | undefined, origin: CrontabOrigin): Pick<HostCronEntry, "user"> {
  const user = parsed?.user ?? origin.user;
  return user === undefined ? {} : { user };
}

function parseSetting(line: string): Parsed | undefined {
  const match = setting.exec(line);
  const name = match?.[1] ?? match?.[2] ?? match?.[3];
  if (name === undefined) return undefined;
  return { kind: "environment", schedule: "", name, command: unquote((match?.[4] ?? "").trimEnd()) };
}

function unquote(value: string): string {
  const quote = value[0];
  const quoted = value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return quoted ? value.slice(1, -1) : value;
}

function parseJob(line: string, system: boolean): Parsed | undefined {
  const nickname = line.startsWith("@");
  const wanted = (nickname ? 1 : 5) + (system ? 1 : 0);
  const { words, rest } = takeWords(line, wanted);
  if (words.length < wanted || rest === "") return undefined;
  const user = system ? words.at(-1) : undefined;
  const times = system ? words.slice(0, -1) : words;
  const valid = nickname
    ? nicknames.has((times[0] ?? "").toLowerCase())
    : times.every((time) => field.test(time) && !/^[A-Za-z]/.test(times[0] ?? ""));
  if (!valid) return undefined;
  const { command, input } = splitInput(rest);
  return {
    kind: "job",
    schedule: times.join(" "),
    command,
    ...(input === undefined ? {} : { input }),
    ...(user === undefined ? {} : { user }),
  };
}

/** The first `count` words separated by blanks and tabs, and what follows them. */
function takeWords(
  line: string,
  count: number,
): { readonly words: readonly string[]; readonly rest: string } {
  const words: string[] = [];
  let i = 0;
  while (words.length < count && i < line.length) {
    const start = i;
    while (i < line.length && line[i] !== " " && line[i] !== "\t") i += 1;
    words.push(line.slice(start, i));
    while (i < line.length && (line[i] === " " || line[i] === "\t")) i += 1;
  }
  return { words, rest: line.slice(i) };
}

/** "%" ends the command, further ones are newlines of its input; "\%" is a percent sign. */
function splitInput(text: string): { readonly command: string; readonly input?: string } {
  const parts = [""];
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? "";
    if (c === "\\" && text[i + 1] === "%") {
      parts.push(`${parts.pop() ?? ""}%`);
      i += 1;
    } else if (c === "%") {
      parts.push("");
    } else {
      parts.push(`${parts.pop() ?? ""}${c}`);
    }
  }
  const [command = "", ...input] = parts;
  return input.length === 0 ? { command } : { command, input: input.join("\n") };
}
