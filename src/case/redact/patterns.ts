import { inCommands } from "./command-shapes.ts";
import { anyValue, busy, dotted, names, noPlaceholder, odd, token, type Shape } from "./shape.ts";

/** A stretch of text that looks like a credential, end exclusive. */
export interface Suspect {
  readonly start: number;
  readonly end: number;
}

const shapes: readonly Shape[] = [
  {
    pattern: /(?<![A-Za-z0-9])(?:sk-|rk-|pk-lf-|xai-|pplx-|tvly-|nvapi-|glpat-|tskey-|xapp-)[\w-]{16}/g,
    body: token,
    plausible: busy,
  },
  {
    pattern:
      /(?<![A-Za-z0-9])(?:gsk_|npm_|r8_|ops_|gh[opusr]_|github_pat_|[sr]k_(?:live|test)_|whsec_|dop_v1_|lin_api_|ntn_|shpat_)[\w-]{16}/g,
    body: token,
    plausible: busy,
  },
  // Repositories of models are called hf_org-name, too.
  { pattern: /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{20}/g, body: token },
  { pattern: /(?<![A-Za-z0-9])xox[a-z](?:\.xox[a-z])?-[\w-]{10}/g, body: token, plausible: busy },
  { pattern: /(?<![A-Za-z0-9])AIza[\w-]{30}/g, body: token },
  { pattern: /(?<![A-Za-z0-9])GOCSPX-[\w-]{20}/g, body: token },
  { pattern: /(?<![A-Za-z0-9])ya29\.[\w-]{20}/g, body: dotted },
  { pattern: /(?<![A-Za-z0-9])fc-[0-9a-f]{24}/g, body: token },
  { pattern: /(?<![A-Za-z0-9])SG\.[\w-]{16}/g, body: dotted },
  { pattern: /(?<![A-Za-z0-9])AGE-SECRET-KEY-1[A-Z0-9]{20}/g, body: token },
  { pattern: /(?<![A-Za-z0-9])A(?:K|S)IA[A-Z0-9]{16}(?![A-Za-z0-9])/g, body: /[A-Z0-9]/ },
  // Telegram: numeric bot id, colon, 35 characters.
  { pattern: /(?<![0-9A-Za-z])[0-9]{8,10}:[\w-]{35}/g, body: token },
  // Discord: base64 of the numeric id, timestamp, signature.
  { pattern: /(?<![\w-])[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27}/g, body: token },
  // JSON Web Tokens: header and payload both begin with {" in base64url.
  { pattern: /(?<![\w-])eyJ[\w-]{5,1000}\.eyJ[\w-]{5}/g, body: dotted },
  {
    pattern: /((?<![A-Za-z])(?:bearer|basic)[ \t]{1,4})[A-Za-z0-9_.~+/=-]{8}/gi,
    body: /[A-Za-z0-9_.~+/=-]/,
    keepGroup: true,
    plausible: (found) => /[0-9]/.test(found) || found.length >= 32,
  },
  { pattern: /(:\/\/[^\s/:@"']{0,64}:)[^\s/@"']{3,200}(?=@)/g, body: /(?!)/, keepGroup: true },
  {
    pattern: new RegExp(
      String.raw`((?:(?<![\w-])--|(?<![^\s"'(,=\[])-)(?:[a-z]{1,16}-){0,3}(?:${names})(?:[ \t]{1,4}["']?|=["']?|["'][ \t]{0,2},\s{0,12}["']))(?!-)${anyValue.source}{4}`,
      "gi",
    ),
    body: anyValue,
    keepGroup: true,
    plausible: noPlaceholder,
  },
  {
    pattern: new RegExp(
      String.raw`((?:${names})\\{0,3}["']?[ \t]{0,2}=[ \t]{0,2}\\{0,3}["']?)${anyValue.source}{6}`,
      "gi",
    ),
    body: anyValue,
    keepGroup: true,
    plausible: noPlaceholder,
  },
  {
    pattern: new RegExp(
      String.raw`((?:${names})\\{0,3}["']?[ \t]{0,2}:[ \t]{0,2}\\{0,3}["'])${anyValue.source}{6}`,
      "gi",
    ),
    body: anyValue,
    keepGroup: true,
    plausible: noPlaceholder,
  },
  {
    pattern: new RegExp(
      String.raw`((?:${names}|api key)[ \t]{0,2}:[ \t]{1,2}|\b(?:${names}|api key)[ \t](?:is|was)[ \t]{1,2}["']?)${anyValue.source}{8}`,
      "gi",
    ),
    body: anyValue,
    keepGroup: true,
    plausible: odd,
  },
  ...inCommands,
];

/** Everything in the text that looks like a credential by its well-known form or by the name it is assigned to. */
export function suspects(text: string): Suspect[] {
  const found = privateKeys(text);
  if (text.length < 8) return found;
  for (const shape of shapes) collect(text, shape, found);
  return found;
}

function collect(text: string, shape: Shape, found: Suspect[]): void {
  const { pattern, body, keepGroup, plausible } = shape;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const start = match.index + (keepGroup === true ? (match[1]?.length ?? 0) : 0);
    let end = pattern.lastIndex;
    while (end < text.length && body.test(text.charAt(end))) end += 1;
    pattern.lastIndex = end;
    if (
      plausible === undefined ||
      plausible(text.slice(start, Math.min(end, start + 4096)), text.charAt(end))
    ) {
      found.push({ start, end });
    }
  }
}

const begin = "-----BEGIN ";
const header = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
const footer = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
const keyBody = /[A-Za-z0-9+/=\s\\:,.-]/;
const keyMax = 65_536;

/** PEM and OpenPGP private key blocks, also cut off ones. */
function privateKeys(text: string): Suspect[] {
  const found: Suspect[] = [];
  let at = text.indexOf(begin);
  while (at !== -1) {
    header.lastIndex = at;
    if (!header.test(text)) {
      at = text.indexOf(begin, at + begin.length);
      continue;
    }
    const end = keyEnd(text, header.lastIndex);
    found.push({ start: at, end });
    at = text.indexOf(begin, end);
  }
  return found;
}

function keyEnd(text: string, from: number): number {
  let end = from;
  const limit = Math.min(text.length, from + keyMax);
  while (end < limit && keyBody.test(text.charAt(end))) {
    if (text.startsWith("-----", end)) {
      footer.lastIndex = end;
      return footer.test(text) ? footer.lastIndex : end;
    }
    end += 1;
  }
  return end;
}
