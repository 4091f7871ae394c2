/** Unit files as systemd reads them (systemd.syntax(7), conf-parser.c). */
import type { Redactor } from "../../../case/types.ts";
import { assignmentsIn, shownAssignment } from "../assignment.ts";

export interface UnitSetting {
  readonly section: string;
  readonly key: string;
  /** As written: specifiers such as "%h" and quotes stay. Empty: what was set before is taken back. */
  readonly value: string;
  /** From 1, of its first physical line. */
  readonly line: number;
}

export interface UnitText {
  readonly settings: readonly UnitSetting[];
  /** Lines that systemd passes over with a warning. */
  readonly unreadable: readonly { readonly text: string; readonly line: number }[];
}

const maxLines = 20_000;
/** As systemd's own limit (LONG_LINE_MAX). */
const maxLine = 1 << 20;

export function parseUnitText(text: string): UnitText {
  const settings: UnitSetting[] = [];
  const unreadable: { readonly text: string; readonly line: number }[] = [];
  let section = "";
  for (const { text: line, line: number } of logicalLines(text)) {
    const heading = /^\[([^\]\n]{1,200})\]$/.exec(line)?.[1];
    const equals = line.indexOf("=");
    if (heading !== undefined) section = heading;
    else if (line.startsWith("[") || equals <= 0 || section === "")
      unreadable.push({ text: line.slice(0, 400), line: number });
    else
      settings.push({
        section,
        key: line.slice(0, equals).trim(),
        value: line.slice(equals + 1).trim(),
        line: number,
      });
  }
  return { settings, unreadable };
}

/**
 * A backslash at the end stands for a blank and joins the next line; comments are left out, also between joined lines, and do
 * not end them.
 */
function logicalLines(text: string): readonly { readonly text: string; readonly line: number }[] {
  const found: { readonly text: string; readonly line: number }[] = [];
  let parts: string[] = [];
  let length = 0;
  let start = 0;
  const close = (): void => {
    const line = parts.join("").trim();
    if (line !== "") found.push({ text: line, line: start });
    parts = [];
    length = 0;
  };
  for (const [i, raw] of text.split("\n", maxLines).entries()) {
    const line = raw.replace(/\r$/, "");
    if (/^[ \t]*[#;]/.test(line)) continue;
    if (parts.length === 0) start = i + 1;
    const goesOn = endsEscaped(line) && length < maxLine;
    parts.push(goesOn ? `${line.slice(0, -1)} ` : line);
    length += line.length;
    if (!goesOn) close();
  }
  close();
  return found;
}

/** An odd number of backslashes at the end. */
function endsEscaped(line: string): boolean {
  let count = 0;
  while (count < line.length && line[line.length - 1 - count] === "\\") count += 1;
  return count % 2 === 1;
}

/** What counts in the end: an empty value takes back what the same key set before it. */
export function effective(settings: readonly UnitSetting[]): readonly UnitSetting[] {
  const from = new Map<string, number>();
  settings.forEach(({ section, key, value }, i) => {
    if (value === "") from.set(`${section}\0${key}`, i);
  });
  return settings.filter(({ section, key }, i) => i > (from.get(`${section}\0${key}`) ?? -1));
}

/** What a unit runs, sets and is set off by, as lines `Key=value`. */
export interface UnitLines {
  readonly runs: readonly string[];
  readonly sets: readonly string[];
  readonly triggers: readonly string[];
}

const running = /^Exec(?:[A-Z][A-Za-z]{1,30})?$/;
const triggering =
  /^(?:On(?:Calendar|BootSec|StartupSec|UnitActiveSec|UnitInactiveSec|ActiveSec|ClockChange|TimezoneChange)|Listen[A-Z]\w{1,30}|Path(?:Exists|ExistsGlob|Changed|Modified)|DirectoryNotEmpty|BusName|WantedBy|RequiredBy|UpheldBy)$/;
const assigning = /^(?:Environment|DefaultEnvironment|ManagerEnvironment)$/;
/** Settings that say as whom, with which files and with whose input something runs, or what starts something else. */
const telling = new Set(
  "EnvironmentFile PassEnvironment UnsetEnvironment User Group SupplementaryGroups WorkingDirectory RootDirectory RootImage BindPaths BindReadOnlyPaths StandardInput StandardInputText StandardInputData LoadCredential LoadCredentialEncrypted AmbientCapabilities OnFailure OnSuccess Unit Sockets Service SourcePath PAMName Restart RestartSec Image Volume Mount Network PodmanArgs GlobalArgs AddDevice AddCapability EnvironmentHost Yaml Entrypoint PublishPort HostName UserNS SecurityLabelDisable Pod Options What Where Type Alias Also".split(
    " ",
  ),
);
const usual =
  /^(?:Type=(?:simple|exec|forking|oneshot|dbus|notify|notify-reload|idle)|User=root|Group=root)$/;

export function unitLines(settings: readonly UnitSetting[], redactor: Redactor): UnitLines {
  const counted = effective(settings);
  const taken = settings.filter(
    ({ key, value }) => value === "" && (running.test(key) || assigning.test(key)),
  );
  const line = ({ key, value }: UnitSetting): string => `${key}=${value}`;
  return {
    runs: counted.filter(({ key }) => running.test(key)).map(line),
    sets: [
      ...taken.map(line),
      ...counted.flatMap((setting) =>
        assigning.test(setting.key)
          ? assignmentsIn(setting.value).map(
              ({ name, value }) => `${setting.key}=${shownAssignment(redactor, name, value)}`,
            )
          : telling.has(setting.key) && !usual.test(line(setting))
            ? [line(setting)]
            : setting.key.startsWith("SetCredential")
              ? [`${setting.key}=${setting.value.split(":")[0] ?? ""}`]
              : [],
      ),
    ],
    triggers: counted.filter(({ key }) => triggering.test(key)).map(line),
  };
}
