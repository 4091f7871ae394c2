/** Lines of package managers' logs: pure. dpkg.log, apt's history.log, dnf.rpm.log, pacman.log, npm's debug logs. */
import { isoOf } from "../../../model/json.ts";
import type { HostEvent, HostEventKind } from "../../../model/log-records.ts";
import { withoutZone } from "./local-time.ts";

export type LogParser = (
  lines: Iterable<{ readonly number: number; readonly text: string }>,
  path: string,
  toUtc: (ms: number) => number,
) => Generator<HostEvent>;

function eventOf(
  kind: HostEventKind,
  ms: number | undefined,
  program: string,
  text: string,
  place: HostEvent["place"],
): HostEvent {
  const at = isoOf(ms);
  return { kind, ...(at === undefined ? {} : { at }), program, text: text.slice(0, 2000), place };
}

const actions: Readonly<Record<string, HostEventKind>> = {
  install: "install",
  upgrade: "upgrade",
  remove: "remove",
  purge: "remove",
};

/** `2026-11-25 19:17:42 install name:arch old new`, in local time. */
export const parseDpkgLog: LogParser = function* (lines, path, toUtc) {
  for (const { number, text } of lines) {
    const match = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (install|upgrade|remove|purge) (\S+) (\S+) (\S+)/.exec(
      text,
    );
    if (match === null) continue;
    const [, stamp = "", action = "", name = "", before = "", after = ""] = match;
    const versions = `${before} → ${after}`.replaceAll("<none>", "–");
    const kind = actions[action] ?? "other";
    yield eventOf(kind, withoutZone(stamp, toUtc), "dpkg", `${action} ${name} ${versions}`, {
      path,
      locator: `line ${number}`,
    });
  }
};

/** Stanzas: Start-Date, Commandline, Requested-By, Install: … */
export const parseAptHistory: LogParser = function* (lines, path, toUtc) {
  let at: number | undefined;
  let user: string | undefined;
  for (const { number, text } of lines) {
    const match = /^([A-Z][A-Za-z-]{1,20}): ?(.*)$/s.exec(text);
    const value = match?.[2] ?? "";
    if (match?.[1] === "Start-Date") {
      at = withoutZone(value, toUtc);
      user = undefined;
    } else if (match?.[1] === "Requested-By") {
      user = /^(\S+)/.exec(value)?.[1];
    } else if (match?.[1] === "Commandline") {
      yield {
        ...eventOf("install", at, "apt", value, { path, locator: `line ${number}` }),
        ...(user === undefined ? {} : { user }),
      };
    }
  }
};

/** `2026-11-25T19:17:42+0000 SUBDEBUG Installed: name-1.0.x86_64`. */
export const parseDnfLog: LogParser = function* (lines, path) {
  for (const { number, text } of lines) {
    const match =
      /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d{4})) \S+ (Installed|Upgrade|Upgraded|Erase|Removed): (\S+)/.exec(
        text,
      );
    if (match === null) continue;
    const [, stamp = "", action = "", name = ""] = match;
    const kind = action === "Installed" ? "install" : action.startsWith("Upgrade") ? "upgrade" : "remove";
    yield eventOf(kind, Date.parse(stamp), "dnf", `${action} ${name}`, { path, locator: `line ${number}` });
  }
};

/** `[2026-11-25T19:17:42+0000] [ALPM] installed name (1.0-1)`. */
export const parsePacmanLog: LogParser = function* (lines, path) {
  for (const { number, text } of lines) {
    const match =
      /^\[(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[+-]\d{4})?)\] \[ALPM\] (installed|upgraded|removed|reinstalled) (.*)$/s.exec(
        text,
      );
    if (match === null) continue;
    const [, stamp = "", action = "", name = ""] = match;
    const kind = action === "upgraded" ? "upgrade" : action === "removed" ? "remove" : "install";
    yield eventOf(kind, Date.parse(stamp), "pacman", `${action} ${name}`, {
      path,
      locator: `line ${number}`,
    });
  }
};

const installing =
  /^(?:install|i|in|add|ci|clean-install|update|upgrade|up|uninstall|remove|rm|un|exec|x|link|rebuild)$/;

/** npm names the file of a run by its time: `2026-11-25T19_21_52_837Z-debug-0.log`. */
function npmTime(path: string): number | undefined {
  const match = /(\d{4}-\d\d-\d\dT\d\d)_(\d\d)_(\d\d)_(\d{3})Z-debug-\d+\.log$/.exec(path);
  if (match === null) return undefined;
  const [, hour = "", minute = "", second = "", millis = ""] = match;
  return Date.parse(`${hour}:${minute}:${second}.${millis}Z`);
}

/** One run of npm: its arguments stand in the first lines. Runs that install nothing are left out. */
export const parseNpmLog: LogParser = function* (lines, path) {
  for (const { number, text } of lines) {
    if (number > 40) return;
    const argv = /^\d+ verbose argv (.+)$/s.exec(text)?.[1];
    if (argv === undefined) continue;
    const words = [...argv.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? "");
    const verb = words.find((word) => !word.startsWith("-")) ?? "";
    if (!installing.test(verb)) return;
    const kind = /^(?:un|remove|rm)/.test(verb) ? "remove" : "install";
    yield eventOf(kind, npmTime(path), "npm", `npm ${words.join(" ")}`, { path, locator: `line ${number}` });
    return;
  }
};

/** `2026-11-25T19:17:42,123 Successfully installed name-1.0`, as pip writes it where a log was asked for. Local time. */
export const parsePipLog: LogParser = function* (lines, path, toUtc) {
  for (const { number, text } of lines) {
    const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:,\d+)? +(Successfully (?:un)?installed .*)$/s.exec(
      text,
    );
    if (match === null) continue;
    const [, stamp = "", what = ""] = match;
    const kind = what.includes("uninstalled") ? "remove" : "install";
    yield eventOf(kind, withoutZone(stamp, toUtc), "pip", what, { path, locator: `line ${number}` });
  }
};
