export interface Assignment {
  readonly name: string;
  readonly value: string;
  /** 1 for the first. */
  readonly line: number;
}

const maxLines = 10_000;

/** The assignments of a dotenv or systemd environment file: comments, `export`, and quotes as both understand them. */
export function parseEnvFile(text: string): readonly Assignment[] {
  const found: Assignment[] = [];
  for (const [i, raw] of text.split(/\r?\n/, maxLines).entries()) {
    const line = raw.trim().replace(/^export\s+/, "");
    const at = line.indexOf("=");
    if (at <= 0 || line.startsWith("#") || line.startsWith(";")) continue;
    const name = line.slice(0, at).trim();
    if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,200}$/.test(name)) continue;
    found.push({ name, value: unquote(line.slice(at + 1).trim()), line: i + 1 });
  }
  return found;
}

function unquote(text: string): string {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, 1);
    if (end > 0) return text.slice(1, end);
  }
  const comment = text.search(/\s#/);
  return comment < 0 ? text : text.slice(0, comment).trimEnd();
}
