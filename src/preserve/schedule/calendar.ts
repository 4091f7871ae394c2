/** When a scheduled run starts, in the words of each scheduler. Times are the host's local time. */
import { ClawError } from "../../model/errors.ts";

export type When =
  | { readonly every: "hour"; readonly minute: number }
  | { readonly every: "day"; readonly hour: number; readonly minute: number }
  | { readonly every: "week"; readonly day: Day; readonly hour: number; readonly minute: number }
  | { readonly every: "month"; readonly date: number; readonly hour: number; readonly minute: number };

/** In the order of cron's and launchd's numbers: Sunday is 0. */
const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
type Day = (typeof days)[number];

/** What the command line may say. */
export interface WhenOptions {
  /** "03:30". */
  readonly daily?: string;
  /** Day and time, as two words or one: ["Mon", "03:30"]. */
  readonly weekly?: readonly string[];
  readonly hourly?: true;
}

// Not the full hour: everybody's jobs start there.
const hourly: When = { every: "hour", minute: 7 };

/** Exactly one of the options; undefined if none was given. */
export function whenOf(options: WhenOptions): When | undefined {
  const given = [options.daily, options.weekly, options.hourly].filter((one) => one !== undefined);
  if (given.length > 1) throw wrong("--daily, --weekly and --hourly exclude one another");
  if (options.hourly === true) return hourly;
  if (options.daily !== undefined) return { every: "day", ...timeOf(options.daily) };
  if (options.weekly === undefined) return undefined;
  const [day = "", time = "", ...rest] = options.weekly.flatMap((word) => word.trim().split(/\s+/));
  if (rest.length > 0) throw wrong("--weekly takes a day and a time");
  return { every: "week", day: dayOf(day), ...timeOf(time) };
}

function wrong(message: string): ClawError {
  return new ClawError(message, {
    exit: "usage",
    code: "bad-time",
    hint: "such as --daily 03:30, --weekly Sun 04:00 or --hourly",
  });
}

function timeOf(text: string): { readonly hour: number; readonly minute: number } {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour === undefined || minute === undefined)
    throw wrong(`a time between 00:00 and 23:59 is needed, not ${JSON.stringify(text)}`);
  return { hour: Number(hour), minute: Number(minute) };
}

function dayOf(text: string): Day {
  const word = text.toLowerCase();
  const day = days.find((name) => name.toLowerCase() === word.slice(0, 3));
  const full = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
  if (day === undefined || (word.length > 3 && !full.includes(word)))
    throw wrong(`a day of the week is needed, not ${JSON.stringify(text)}`);
  return day;
}

const two = (value: number): string => String(value).padStart(2, "0");

export function whenText(when: When): string {
  if (when.every === "hour") return `every hour at minute ${when.minute}`;
  const time = `${two(when.hour)}:${two(when.minute)}`;
  if (when.every === "day") return `every day at ${time}`;
  return when.every === "week"
    ? `every week on ${when.day} at ${time}`
    : `every month on day ${when.date} at ${time}`;
}

/** systemd.time(7). */
export function onCalendar(when: When): string {
  if (when.every === "hour") return `*-*-* *:${two(when.minute)}:00`;
  const time = `${two(when.hour)}:${two(when.minute)}:00`;
  if (when.every === "month") return `*-*-${two(when.date)} ${time}`;
  return when.every === "week" ? `${when.day} *-*-* ${time}` : `*-*-* ${time}`;
}

/** The five fields of crontab(5). */
export function cronFields(when: When): string {
  if (when.every === "hour") return `${when.minute} * * * *`;
  const time = `${when.minute} ${when.hour}`;
  if (when.every === "month") return `${time} ${when.date} * *`;
  return when.every === "week" ? `${time} * * ${days.indexOf(when.day)}` : `${time} * * *`;
}

/** Keys of launchd's StartCalendarInterval. */
export function calendarInterval(when: When): Readonly<Record<string, number>> {
  if (when.every === "hour") return { Minute: when.minute };
  const time = { Hour: when.hour, Minute: when.minute };
  if (when.every === "month") return { Day: when.date, ...time };
  return when.every === "week" ? { Weekday: days.indexOf(when.day), ...time } : time;
}

/** How far runs may be spread, so that many hosts do not start at the same second. */
export function spreadOf(when: When): string {
  return when.every === "hour" ? "2min" : "10min";
}
