/**
 * Text from the examined host is hostile: file names, chats and configs may hold terminal escapes, bidirectional
 * overrides and invisible characters. Everything shown passes through here.
 */

// C0 and C1 controls, DEL, zero-width and bidirectional controls, tag characters, line and paragraph separators.
const invisible =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** One line, every invisible or control character spelled as \u{…}, so that what is shown is what is there. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(invisible, (c) =>
      c === "\n" ? "\\n" : c === "\t" ? "\\t" : `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`,
    );
}

/** Something in the line does not show, or moves the cursor; the "\r" of a DOS line end alone does not count. */
export function hides(line: string): boolean {
  const bare = line.replaceAll("\t", " ").replace(/\r$/, "");
  return !bare.isWellFormed() || bare.search(invisible) >= 0;
}

/** At most `max` characters (code points), with an ellipsis where something was cut. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = Array.from(text.slice(0, max * 2));
  return points.length <= max && text.length <= max * 2 ? text : `${points.slice(0, max - 1).join("")}…`;
}

/** `visible` and `clip` in one: the usual way to show a value from the examined host. */
export function shown(text: string, max = 200): string {
  return clip(visible(text.length > max * 4 ? text.slice(0, max * 4) : text), max);
}

/**
 * The first `max` characters as a text of its own. What is cut out of a text, by whatever means, keeps the whole of it in
 * memory (V8 makes a view), so that records of a few words would hold on to the files that they came from.
 */
export function cutOut(text: string, max = text.length): string {
  return Buffer.from(text.slice(0, max), "utf16le").toString("utf16le");
}

/** 1536 → "1.5 KiB". */
export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** 90_500 → "1 min 31 s"; 840 → "0.8 s". */
export function durationText(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / 1440)} days`;
}

/** One word of a shell command to copy: as it is where that is safe, in single quotes otherwise. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${visible(text).replaceAll("'", "'\\''")}'`;
}

/** "1 session", "2 sessions"; "2 processes" where the plural is given. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}
