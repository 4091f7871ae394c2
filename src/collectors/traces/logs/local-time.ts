/** Stamps that a log wrote in the local time of its machine, as UTC. Pure. */

const parts = new Map<string, Intl.DateTimeFormat | undefined>();

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!parts.has(zone)) {
    try {
      const options = { hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" } as const;
      const clock = { hour: "numeric", minute: "numeric", second: "numeric" } as const;
      parts.set(zone, new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options, ...clock }));
    } catch {
      // A zone that nobody knows: its stamps are taken as UTC.
      parts.set(zone, undefined);
    }
  }
  return parts.get(zone);
}

/** Milliseconds that the zone is ahead of UTC at an instant. */
function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const found = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const value = (name: Intl.DateTimeFormatPartTypes): number => found.get(name) ?? 0;
  const shown = Date.UTC(
    value("year"),
    value("month") - 1,
    value("day"),
    value("hour"),
    value("minute"),
    value("second"),
  );
  return shown - Math.floor(ms / 1000) * 1000;
}

/** A converter for one zone of the IANA database; unknown and absent zones count as UTC. It remembers the offset of each hour. */
export function localTime(zone: string | undefined): (wallClockMs: number) => number {
  const format = zone === undefined || zone === "UTC" || zone === "Etc/UTC" ? undefined : formatOf(zone);
  if (format === undefined) return (wallClockMs) => wallClockMs;
  const offsets = new Map<number, number>();
  return (wallClockMs) => {
    const hour = Math.floor(wallClockMs / 3_600_000);
    let offset = offsets.get(hour);
    if (offset === undefined) {
      // The offset at the wall clock read as UTC is close; the one at the result is right but for the hour that comes twice.
      offset = offsetAt(format, wallClockMs - offsetAt(format, wallClockMs));
      offsets.set(hour, offset);
    }
    return wallClockMs - offset;
  };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Nov  5 09:03:01" without a year: the last such time that is not after `latestMs`, when the file was last written. */
export function withoutYear(
  text: string,
  latestMs: number,
  toUtc: (ms: number) => number,
): number | undefined {
  const match = /^([A-Z][a-z]{2}) ([ 0-3]\d) (\d\d):(\d\d):(\d\d)$/.exec(text);
  const month = months.indexOf(match?.[1] ?? "");
  if (match === null || month < 0) return undefined;
  const [day, hour, minute, second] = match.slice(2).map(Number);
  const latest = new Date(latestMs + 86_400_000);
  for (const back of [0, 1, 2, 3, 4]) {
    const year = latest.getUTCFullYear() - back;
    const ms = Date.UTC(year, month, day, hour, minute, second);
    // 29 February is no day of most years.
    if (new Date(ms).getUTCMonth() === month && ms <= latest.getTime()) return toUtc(ms);
  }
  return undefined;
}

/** "2026-11-25 19:17:42" or "2026-11-25  19:17:38", in local time. */
export function withoutZone(text: string, toUtc: (ms: number) => number): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[ T]+(\d\d:\d\d:\d\d)$/.exec(text);
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1] ?? ""}T${match[2] ?? ""}Z`);
  return Number.isNaN(ms) ? undefined : toUtc(ms);
}
