/** The lines of a systemd unit that run or load something (systemd.syntax(7)). */
export interface UnitLines {
  /** `Exec…=` lines as written, continuation lines joined. */
  readonly runs: readonly string[];
  /** Names set by `Environment=`, paths of `EnvironmentFile=`, never values. */
  readonly loads: readonly string[];
}

const maxLines = 5000;

export function parseUnit(text: string): UnitLines {
  const runs: string[] = [];
  const loads: string[] = [];
  for (const line of joined(text)) {
    const equals = line.indexOf("=");
    if (equals < 0) continue;
    const key = line.slice(0, equals).trim();
    const value = line.slice(equals + 1).trim();
    if (/^Exec[A-Z][A-Za-z]{1,20}$/.test(key) && value !== "") runs.push(`${key}=${value}`);
    if (key === "EnvironmentFile" && value !== "") loads.push(value);
    if (key === "Environment") loads.push(...environmentNames(value));
  }
  return { runs, loads };
}

/** Logical lines: a backslash at the end joins the next one; comments and blank lines are left out. */
function joined(text: string): readonly string[] {
  const lines: string[] = [];
  let open = "";
  for (const raw of text.split("\n").slice(0, maxLines)) {
    const line = raw.replace(/\r$/, "");
    if (/^[ \t]*[#;]/.test(line)) continue;
    if (line.endsWith("\\")) {
      open += `${line.slice(0, -1)} `;
      continue;
    }
    const whole = open + line;
    open = "";
    if (whole.trim() !== "") lines.push(whole);
  }
  if (open.trim() !== "") lines.push(open);
  return lines;
}

/** `"A=1" B=2` → A, B. */
function environmentNames(value: string): readonly string[] {
  const names: string[] = [];
  let quote = "";
  let word = "";
  for (const c of `${value.slice(0, 65_536)} `) {
    if (quote === "" && (c === '"' || c === "'")) quote = c;
    else if (c === quote) quote = "";
    else if (quote === "" && (c === " " || c === "\t")) {
      const name = word.slice(0, Math.max(0, word.indexOf("=")));
      if (name !== "") names.push(name);
      word = "";
    } else word += c;
  }
  return names;
}
