/** sudoers(5): aliases, Defaults, rules with their tags and run-as lists, includes, joined lines, quotes and escapes. */
import { indexOutside, splitOutside, wordsOutside } from "./sudoers-text.ts";

export interface SudoGrant {
  /** As written between the parentheses, such as "ALL:ALL"; "" for root. */
  readonly runas: string;
  /** In force for this command, such as "NOPASSWD"; they hold from where they are written to the end of the list. */
  readonly tags: readonly string[];
  /** As written, with its digest and arguments. */
  readonly command: string;
}

export type SudoEntry = { readonly line: number } & (
  | {
      readonly kind: "alias";
      readonly of: "user" | "runas" | "host" | "command";
      readonly name: string;
      readonly members: readonly string[];
    }
  | {
      readonly kind: "defaults";
      /** "", or what it is limited to: ":claw", "@host", "!command", ">root". */
      readonly scope: string;
      /** "!authenticate", "env_keep+=LD_PRELOAD". */
      readonly settings: readonly string[];
    }
  | {
      readonly kind: "rule";
      readonly users: readonly string[];
      readonly hosts: readonly string[];
      readonly grants: readonly SudoGrant[];
    }
  | { readonly kind: "include"; readonly path: string; readonly folder: boolean }
  | { readonly kind: "unreadable"; readonly text: string }
);
/** An entry without its line. */
type Parsed = SudoEntry extends infer E ? (E extends unknown ? Omit<E, "line"> : never) : never;

const maxLines = 20_000;
const maxLine = 65_536;
const aliasKinds: Readonly<Record<string, "user" | "runas" | "host" | "command">> = {
  User_Alias: "user",
  Runas_Alias: "runas",
  Host_Alias: "host",
  Cmnd_Alias: "command",
  Cmd_Alias: "command",
};
const tag = /^(?:NO)?(?:PASSWD|EXEC|SETENV|LOG_INPUT|LOG_OUTPUT|MAIL|FOLLOW|INTERCEPT)$/;
const digest = /^sha(?:224|256|384|512)$/;

/** Every entry in order; a rule for several host lists is several rules. */
export function parseSudoers(text: string): readonly SudoEntry[] {
  return logicalLines(text).flatMap(({ text: one, line }) =>
    parseLine(one).map((entry): SudoEntry => ({ ...entry, line })),
  );
}

function logicalLines(text: string): readonly { readonly text: string; readonly line: number }[] {
  const found: { readonly text: string; readonly line: number }[] = [];
  let parts: string[] = [];
  let length = 0;
  let start = 1;
  const close = (): void => {
    const line = withoutComment(parts.join("")).trim();
    if (line !== "") found.push({ text: line, line: start });
    parts = [];
    length = 0;
  };
  for (const [i, raw] of text.split("\n", maxLines).entries()) {
    const line = raw.replace(/\r$/, "");
    if (parts.length === 0) start = i + 1;
    const goesOn = line.endsWith("\\") && length < maxLine;
    parts.push(goesOn ? line.slice(0, -1) : line);
    length += line.length;
    if (!goesOn) close();
  }
  close();
  return found;
}

/** "#" begins a comment, but not before a user's number and not in "#include". */
function withoutComment(line: string): string {
  if (/^[ \t]*#include(?:dir)?[ \t]/.test(line)) return line;
  const at = indexOutside(line.slice(0, maxLine), (c, i, all) => {
    if (c !== "#") return false;
    const number = /^-?\d/.test(all.slice(i + 1, i + 3));
    return !(number && /^$|[\s,(!:%=]/.test(all[i - 1] ?? ""));
  });
  return at < 0 ? line.slice(0, maxLine) : line.slice(0, at);
}

function parseLine(text: string): readonly Parsed[] {
  const include = /^[@#]include(dir)?[ \t]+(.+)$/.exec(text);
  const word = /^[A-Za-z_]+/.exec(text)?.[0] ?? "";
  const of = aliasKinds[word];
  const parsed =
    include !== null
      ? [{ kind: "include", path: pathOf(include[2] ?? ""), folder: include[1] !== undefined } as const]
      : of !== undefined && /^[A-Za-z_]+[ \t]/.test(text)
        ? aliases(of, text.slice(word.length))
        : /^Defaults(?:[@:!>\s]|$)/.test(text)
          ? defaults(text.slice("Defaults".length))
          : rules(text);
  return parsed ?? [{ kind: "unreadable", text: text.slice(0, 400) }];
}

function pathOf(text: string): string {
  const bare = text.trim();
  const quoted = bare.length >= 2 && bare.startsWith('"') && bare.endsWith('"');
  return quoted ? bare.slice(1, -1) : bare.replaceAll(/\\(.)/g, "$1");
}

function aliases(of: "user" | "runas" | "host" | "command", text: string): readonly Parsed[] | undefined {
  const found: Parsed[] = [];
  for (const one of splitOutside(text, ":", afterDigest)) {
    const equals = indexOutside(one, (c) => c === "=");
    const name = one.slice(0, Math.max(0, equals)).trim();
    if (!/^[A-Z][A-Z0-9_]*$/.test(name)) return undefined;
    found.push({ kind: "alias", of, name, members: listOf(one.slice(equals + 1)) });
  }
  return found;
}

function listOf(text: string): readonly string[] {
  return splitOutside(text, ",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function defaults(text: string): readonly Parsed[] | undefined {
  const scoped = /^([@:!>])[ \t]*/.exec(text);
  if (scoped === null) return [{ kind: "defaults", scope: "", settings: settingsOf(text) }];
  const rest = text.slice(scoped[0].length).replaceAll(/[ \t]*,[ \t]*/g, ",");
  const [names, ...settings] = wordsOutside(rest, 2);
  if (names === undefined || settings.length === 0) return undefined;
  return [
    { kind: "defaults", scope: `${scoped[1] ?? ""}${names}`, settings: settingsOf(settings.join(" ")) },
  ];
}

function settingsOf(text: string): readonly string[] {
  return listOf(text).map((one) =>
    one.replace(/^(!+)[ \t]*/, "$1").replace(/^(!*\w{1,60})[ \t]*([+-]?=)[ \t]*/, "$1$2"),
  );
}

/** `users hosts = commands : hosts = commands`. */
function rules(text: string): readonly Parsed[] | undefined {
  const privileges = splitOutside(text, ":", afterTag);
  let users: readonly string[] | undefined;
  const found: Parsed[] = [];
  for (const privilege of privileges) {
    const equals = indexOutside(privilege, (c) => c === "=");
    if (equals < 0) return undefined;
    const left = privilege
      .slice(0, equals)
      .replaceAll(/[ \t]*,[ \t]*/g, ",")
      .replaceAll(/![ \t]+/g, "!");
    const words = wordsOutside(left.trim(), 3);
    const hosts = users === undefined ? words[1] : words[0];
    if (words.length !== (users === undefined ? 2 : 1) || hosts === undefined) return undefined;
    users ??= listOf(words[0] ?? "");
    const grants = grantsOf(privilege.slice(equals + 1));
    if (grants === undefined) return undefined;
    found.push({ kind: "rule", users, hosts: listOf(hosts), grants });
  }
  return found;
}

/** The ":" behind a tag or a digest's name does not separate. */
function afterTag(before: string): boolean {
  const word = /(\w{1,20})[ \t]*$/.exec(before.slice(-40))?.[1] ?? "";
  return tag.test(word) || digest.test(word);
}

function afterDigest(before: string): boolean {
  return digest.test(/(\w{1,20})$/.exec(before.slice(-20))?.[1] ?? "");
}

function grantsOf(text: string): readonly SudoGrant[] | undefined {
  let runas = "";
  let tags: readonly string[] = [];
  const grants: SudoGrant[] = [];
  for (const one of listOf(text)) {
    const as = /^\(([^)]{0,2000})\)[ \t]*/.exec(one);
    if (as !== null) runas = (as[1] ?? "").trim();
    const { rest, found } = takeTags(one.slice(as?.[0].length ?? 0));
    tags = found.reduce(withTag, tags);
    if (rest === "") return undefined;
    grants.push({ runas, tags, command: rest });
  }
  return grants.length === 0 ? undefined : grants;
}

const option =
  /^(?:(?:ROLE|TYPE|PRIVS|LIMITPRIVS|CWD|CHROOT|TIMEOUT|NOTBEFORE|NOTAFTER|APPARMOR_PROFILE)[ \t]*=[ \t]*(?:"[^"]{0,400}"|\S+)[ \t]*)/;

/** Tags and options in front of a command; options stay with the tags, as written. */
function takeTags(text: string): { readonly rest: string; readonly found: readonly string[] } {
  const found: string[] = [];
  let rest = text.trim();
  for (let taken = true; taken;) {
    const word = /^([A-Z_]{4,20})[ \t]*:[ \t]*/.exec(rest);
    const opt = option.exec(rest);
    taken = true;
    if (word !== null && tag.test(word[1] ?? "")) {
      found.push(word[1] ?? "");
      rest = rest.slice(word[0].length);
    } else if (opt !== null) {
      found.push(opt[0].trim());
      rest = rest.slice(opt[0].length);
    } else taken = false;
  }
  return { rest, found };
}

/** A tag takes back its opposite. */
function withTag(tags: readonly string[], next: string): readonly string[] {
  const opposite = next.startsWith("NO") && next !== "NOTBEFORE" ? next.slice(2) : `NO${next}`;
  return [...tags.filter((one) => one !== opposite && one !== next), next];
}
