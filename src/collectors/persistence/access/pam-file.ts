/** Files of /etc/pam.d and /etc/pam.conf as libpam reads them (pam.conf(5)). */
export type PamEntry = { readonly line: number; readonly text: string } & (
  | {
      readonly kind: "rule";
      /** Only pam.conf names it in the line. */
      readonly service?: string;
      readonly type: "auth" | "account" | "password" | "session";
      /** "-" in front: a module that is missing is not even logged. */
      readonly quiet: boolean;
      /** "sufficient", "include", or a list in brackets with its blanks made single. */
      readonly control: string;
      /** As written; for "include" and "substack" the file's name. */
      readonly module: string;
      readonly args: readonly string[];
    }
  | { readonly kind: "include"; readonly target: string }
  | { readonly kind: "unreadable" }
);

const maxLines = 10_000;
const maxLine = 8192;

export function parsePam(text: string, options: { readonly services: boolean }): readonly PamEntry[] {
  const found: PamEntry[] = [];
  let open = "";
  let start = 1;
  for (const [i, raw] of text.split("\n", maxLines).entries()) {
    if (open === "") start = i + 1;
    const line = raw.slice(0, maxLine).replace(/\r$/, "").replace(/#.*$/s, "");
    if (line.endsWith("\\") && open.length < 65_536) {
      open += `${line.slice(0, -1)} `;
      continue;
    }
    const whole = (open + line).trim();
    open = "";
    if (whole !== "") found.push(entryOf(whole, start, options.services));
  }
  if (open.trim() !== "") found.push(entryOf(open.trim(), start, options.services));
  return found;
}

function entryOf(text: string, line: number, services: boolean): PamEntry {
  const included = /^@include[ \t]+(\S+)$/.exec(text)?.[1];
  if (included !== undefined) return { kind: "include", target: included, line, text };
  const words = bracketWords(text);
  const service = services ? words.shift() : undefined;
  const [type, control, module, ...args] = words;
  const kind = typeOf(type);
  if (kind === undefined || control === undefined || module === undefined)
    return { kind: "unreadable", line, text };
  return {
    ...{ kind: "rule", type: kind, quiet: type?.startsWith("-") === true, control, module, args, line, text },
    ...(service === undefined ? {} : { service }),
  };
}

function typeOf(word: string | undefined): (PamEntry & { readonly kind: "rule" })["type"] | undefined {
  const bare = word?.replace(/^-/, "").toLowerCase();
  return bare === "auth" || bare === "account" || bare === "password" || bare === "session"
    ? bare
    : undefined;
}

/** Words; what stands in brackets is one, "\]" does not close it. */
function bracketWords(text: string): string[] {
  const words: string[] = [];
  let i = 0;
  while (i < text.length) {
    const c = text[i];
    if (c === " " || c === "\t") {
      i += 1;
      continue;
    }
    const end = c === "[" ? closing(text, i) : wordEnd(text, i);
    words.push(text.slice(i, end).replaceAll(/[ \t]+/g, " "));
    i = end;
  }
  return words;
}

function closing(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === "]") return i + 1;
  }
  return text.length;
}

function wordEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length && text[i] !== " " && text[i] !== "\t") i += 1;
  return i;
}

/** The control ends the stack with success at once. */
export function letsIn(control: string): boolean {
  return control === "sufficient" || /\b(?:success|default)=(?:done|ok\b.*done)/.test(control);
}

const execOptions = /^(?:debug|expose_authtok|seteuid|quiet|quiet_log|stdout|log=.*|type=.*)$/;

/** What pam_exec runs: everything behind its options. */
export function execCommand(args: readonly string[]): string {
  const at = args.findIndex((arg) => !execOptions.test(arg));
  return at < 0 ? "" : args.slice(at).join(" ");
}
