/** Settings of apt.conf(5): nested scopes, lists, three kinds of comments. Only its syntax is read; nothing is run. */
export interface AptSetting {
  /** Such as "DPkg::Post-Invoke". */
  readonly name: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

const maxSettings = 20_000;
const maxDepth = 50;

interface Token {
  readonly kind: "word" | "text" | "{" | "}" | ";";
  readonly text: string;
  readonly line: number;
}

/** Every value with the full name of its scope. What is no syntax of apt's is skipped. */
export function parseAptConf(text: string): readonly AptSetting[] {
  const found: AptSetting[] = [];
  const scopes: string[] = [];
  let name = "";
  const full = (): string =>
    [...scopes, name]
      .filter((part) => part !== "")
      .join("::")
      .replace(/::+/g, "::")
      .replace(/::$/, "");
  for (const token of tokens(text)) {
    if (found.length >= maxSettings) break;
    if (token.kind === "word" && name === "") name = token.text;
    else if (token.kind === "word" || token.kind === "text") {
      found.push({ name: full(), value: token.text, line: token.line });
    } else if (token.kind === "{") {
      if (scopes.length < maxDepth) scopes.push(name);
      name = "";
    } else {
      if (token.kind === "}") scopes.pop();
      name = "";
    }
  }
  return found;
}

const piece =
  /(?<skip>\s+|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|"(?<text>(?:[^"\\\n]|\\.|\\\n|\n)*)"?|(?<mark>[{};])|(?<word>[^\s{};"]+)/y;

function* tokens(text: string): Generator<Token> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    piece.lastIndex = at;
    const match = piece.exec(text);
    if (match === null) return;
    const groups = match.groups ?? {};
    const { skip, mark, word } = groups;
    if (mark !== undefined) yield { kind: mark as "{" | "}" | ";", text: mark, line };
    else if (word !== undefined) yield { kind: "word", text: word, line };
    else if (skip === undefined) yield { kind: "text", text: groups["text"] ?? "", line };
    line += match[0].split("\n").length - 1;
    at += Math.max(match[0].length, 1);
  }
}

const runs =
  /^(?:dpkg::(?:pre-invoke|post-invoke|pre-install-pkgs|tools::options)|apt::update::(?:pre-invoke|post-invoke|post-invoke-success)|apt::archives::\w{1,20}|unattended-upgrade::\w{1,20}invoke|acquire::(?:[a-z]{2,8}::)?proxy-?auto-?detect|apt::periodic::\w{1,20}hook)(?:::|$)/i;
const tells =
  /^(?:acquire::(?:https?|ftp)::(?:proxy|verify-peer|verify-host)|acquire::(?:allow\w{1,40}|check-valid-until)|apt::get::allowunauthenticated|dir::bin::|apt::sandbox::user|dpkg::(?:options|path|chroot-directory))/i;

/** A command that apt or dpkg runs. */
export function isAptCommand({ name }: AptSetting): boolean {
  return runs.test(name);
}
/** A setting that says what is trusted, or which programs are used. */
export function isAptTrust({ name }: AptSetting): boolean {
  return tells.test(name);
}
