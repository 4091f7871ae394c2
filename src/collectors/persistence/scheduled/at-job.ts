/** Jobs of at(1): the file's name says queue and time, its shell script who, with which environment, and what. */
export interface AtName {
  /** A letter; "=" where the job runs right now. */
  readonly queue: string;
  readonly job: number;
  /** ISO 8601. */
  readonly at: string;
}

/** One letter, five hex digits of the job's number, eight of the time in minutes since 1970 (at.c). */
export function parseAtName(name: string): AtName | undefined {
  const match = /^([a-zA-Z=])([0-9a-f]{5})([0-9a-f]{8})$/.exec(name);
  if (match === null) return undefined;
  const [, queue = "", job = "", minutes = ""] = match;
  const ms = Number.parseInt(minutes, 16) * 60_000;
  return { queue, job: Number.parseInt(job, 16), at: new Date(ms).toISOString() };
}

export interface AtJob {
  readonly uid?: number;
  readonly mail?: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  /** What the user gave to at, without the preamble that at writes. */
  readonly commands: readonly string[];
}

const maxLines = 20_000;
const maxCommands = 400;
const assignment = /^([A-Za-z_]\w{0,100})=(.*); export \1$/s;

/**
 * at writes: `#!/bin/sh`, `# atrun uid=N gid=N`, `# mail USER 0`, `umask`, one `NAME=value; export NAME` for each variable,
 * `cd DIR || {`, two lines, `}`, and then the commands, since 3.2 between `${SHELL:-/bin/sh} << 'marcinDELIMITER…'` and that
 * word. Without such a preamble everything is a command.
 */
export function parseAtJob(text: string): AtJob {
  const lines = text.split("\n", maxLines).map((line) => line.slice(0, 8192));
  const head = lines.slice(0, 3).join("\n");
  const uid = /^# atrun uid=(\d{1,10})/m.exec(head)?.[1];
  const mail = /^# mail[ \t]+(\S{1,100})/m.exec(head)?.[1];
  const cd = lines.findIndex((line) => /^cd .*\|\| \{$/.test(line));
  const closing = cd < 0 ? -1 : lines.indexOf("}", cd);
  const preamble = lines.slice(0, Math.max(0, cd));
  return {
    ...(uid === undefined ? {} : { uid: Number(uid) }),
    ...(mail === undefined ? {} : { mail }),
    environment: preamble.flatMap((line) => {
      const [, name, value] = assignment.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [{ name, value: unescaped(value) }];
    }),
    commands: withoutHereDocument(
      lines
        .slice(closing + 1)
        .filter((line) => line.trim() !== "" && !/^#(?:!|[ \t]*(?:atrun|mail)\b)/.test(line)),
    ).slice(0, maxCommands),
  };
}

function unescaped(value: string): string {
  return value.replaceAll(/\\(.)/gs, "$1").replace(/^"(.*)"$/s, "$1");
}

function withoutHereDocument(lines: readonly string[]): readonly string[] {
  const word = /^\$\{SHELL:-\/bin\/sh\} << '(marcinDELIMITER\w{1,40})'$/.exec(lines[0] ?? "")?.[1];
  return word === undefined ? lines : lines.slice(1).filter((line) => line !== word);
}
