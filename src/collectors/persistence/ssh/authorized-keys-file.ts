/** authorized_keys as sshd reads it (AUTHORIZED_KEYS FILE FORMAT in sshd(8)): options with quotes, key type, blob, comment. */
import type { AuthorizedKey, KeyOption } from "../../../model/host-records.ts";
import type { FileFacts } from "../../../model/persistence.ts";
import { cutOut, hides } from "../../../model/text.ts";
import { fingerprintOf, wireReader } from "./wire.ts";

export interface KeyFileOrigin {
  /** Path on the examined host. */
  readonly path: string;
  readonly user: string;
  readonly modifiedAt?: string;
  readonly file?: FileFacts;
}

const keyType =
  /^(?:ssh-[a-z0-9]{2,20}|ecdsa-sha2-[a-z0-9]{2,20}|sk-[a-z0-9-]{2,40})(?:[\w.-]{0,40}@[a-z.]{1,40})?$/;
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
const maxLine = 65_536;
/** What lies behind is not looked at. */
export const maxKeyLines = 20_000;

/** Every line that is not blank and not a comment. What sshd would not accept as a key is "unreadable". */
export function parseAuthorizedKeys(text: string, origin: KeyFileOrigin): readonly AuthorizedKey[] {
  const keys: AuthorizedKey[] = [];
  text.split("\n", maxKeyLines).forEach((raw, i) => {
    const line = raw.replace(/^[ \t]+/, "").replace(/\r$/, "");
    if (line.trim() === "" || line.startsWith("#")) return;
    keys.push({
      ...(parseLine(line) ?? unreadable(line)),
      user: origin.user,
      hiding: hides(line),
      ...(origin.modifiedAt === undefined ? {} : { modifiedAt: origin.modifiedAt }),
      ...(origin.file === undefined ? {} : { file: origin.file }),
      place: { path: origin.path, locator: `line ${i + 1}` },
    });
  });
  return keys;
}

type Parsed = Pick<AuthorizedKey, "kind" | "options" | "type" | "fingerprint" | "comment">;

function unreadable(line: string): Parsed {
  return { kind: "unreadable", options: [], type: "", fingerprint: "", comment: cutOut(line, 200) };
}

function parseLine(line: string): Parsed | undefined {
  if (line.length > maxLine) return undefined;
  const bare = parseKey(line, []);
  if (bare !== undefined) return bare;
  const { options, rest } = parseOptions(line);
  return rest === undefined ? undefined : parseKey(rest, options);
}

function parseKey(text: string, options: readonly KeyOption[]): Parsed | undefined {
  const match = /^([^ \t]+)[ \t]+([^ \t]+)(?:[ \t]+(.*))?$/s.exec(text);
  const type = match?.[1];
  const blob = match?.[2];
  if (type === undefined || blob === undefined || !keyType.test(type) || !base64.test(blob)) return undefined;
  const bytes = Buffer.from(blob, "base64");
  if (innerType(bytes) !== type) return undefined;
  return {
    kind: "key",
    options,
    type,
    fingerprint: fingerprintOf(bytes),
    comment: (match?.[3] ?? "").trim(),
  };
}

/** The key type inside the blob (RFC 4253 §6.6). */
function innerType(bytes: Buffer): string | undefined {
  return wireReader(bytes).field()?.toString("latin1");
}

/** Options up to the first blank outside quotes; `rest` is undefined where a quote is never closed. */
export function parseOptions(line: string): {
  readonly options: readonly KeyOption[];
  readonly rest?: string;
} {
  const texts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let i = 0; i < line.length; i += 1) {
    const c = line[i];
    if (c === "\\" && line[i + 1] === '"' && quoted) i += 1;
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === ",") {
      texts.push(line.slice(start, i));
      start = i + 1;
    } else if (!quoted && (c === " " || c === "\t")) {
      texts.push(line.slice(start, i));
      return { options: texts.map(option), rest: line.slice(i).replace(/^[ \t]+/, "") };
    }
  }
  return { options: [] };
}

function option(text: string): KeyOption {
  const equals = text.indexOf("=");
  if (equals < 0) return { name: text.toLowerCase() };
  const raw = text.slice(equals + 1);
  const quoted = raw.length >= 2 && raw.startsWith('"') && raw.endsWith('"');
  const value = quoted ? raw.slice(1, -1).replaceAll('\\"', '"') : raw;
  return { name: text.slice(0, equals).toLowerCase(), value };
}
