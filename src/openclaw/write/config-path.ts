/**
 * A config path as OpenClaw's `config get|set` takes it: `channels.telegram.botToken`, `models.providers["a.b"].apiKey`,
 * `agents.list[0].id`. Keys are strings here; an array index is its digits.
 */
export type ConfigPath = readonly string[];

const plainKey = /^[A-Za-z_$][\w$-]*$/;

export function showPath(path: ConfigPath): string {
  let text = "";
  for (const key of path) {
    if (plainKey.test(key)) text += text === "" ? key : `.${key}`;
    else if (/^\d+$/.test(key)) text += `[${key}]`;
    else text += `[${JSON.stringify(key)}]`;
  }
  return text;
}

/** The inverse of `showPath`; undefined for text that is no path. */
export function parsePath(text: string): ConfigPath | undefined {
  const path: string[] = [];
  const part = /\.?([^.[\]"\s]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    const key = match[1] ?? match[2] ?? keyOf(match[3] ?? "");
    if (key === undefined) return undefined;
    path.push(key);
  }
  return path.length === 0 ? undefined : path;
}

function keyOf(quoted: string): string | undefined {
  try {
    const key: unknown = JSON.parse(quoted);
    return typeof key === "string" ? key : undefined;
  } catch {
    return undefined;
  }
}
