import { looksRandom } from "../../model/random-text.ts";

/** Where a found value stands. */
export interface Around {
  /** What the expression matched before the value. */
  readonly marker: string;
  /** Up to 200 characters behind the value. */
  readonly after: string;
}

/**
 * Each expression matches a marker (group 1, which is shown) and the first, fixed number of characters of the value; the rest
 * is walked by hand with `body`. So there is no open repetition in any of them, and the time is linear in the text.
 */
export interface Shape {
  /** Texts without any of these, in lower case, need not be searched. */
  readonly needs: readonly string[];
  readonly pattern: RegExp;
  readonly body: RegExp;
  /** Ordinary words with the same beginning are left alone. */
  readonly when?: (found: string, around: Around) => boolean;
}

/** What a value is made of, from how many characters on it is one, and when. */
export interface Value {
  readonly of: RegExp;
  readonly least: number;
  readonly when?: Shape["when"];
}

export function value(of: RegExp, least: number, when?: Shape["when"]): Value {
  return { of, least, ...(when === undefined ? {} : { when }) };
}

export const token = /[A-Za-z0-9_-]/;
export const dotted = /[A-Za-z0-9_.-]/;
/** Of a config, a program or a sentence. */
export const word = /[^\s"'`\\,;&<>()[\]{}]/;
/** Of a command. */
export const argument = /[^\s"'`\\|;&<>]/;

/** A value that begins in a way of its own, such as "ghp_": the beginning is part of it. `needs` as in `after`. */
export function beginning(needs: string, start: string, { of, least, when }: Value): Shape {
  const pattern = new RegExp(String.raw`()(?<![A-Za-z0-9])(?:${start})${of.source}{${least}}`, "g");
  return { needs: needs.split(" "), pattern, body: of, ...(when === undefined ? {} : { when }) };
}

/** A value that is known by what stands before it. `needs`: one of these words, in lower case, is part of every marker. */
export function after(needs: string, marker: string, { of, least, when }: Value, flags = "gi"): Shape {
  const pattern = new RegExp(`(${marker})${of.source}{${least}}`, flags);
  return { needs: needs.split(" "), pattern, body: of, ...(when === undefined ? {} : { when }) };
}

type When = NonNullable<Shape["when"]>;

export const busy: When = (found) => /[0-9A-Z]/.test(found);

const sampleValue =
  /^(?:undefined|required|optional|string|number|boolean|redacted|\*+|\.{3,}|x{3,}|@.*@|-+|your[-_].*|\$.*|%.*|changed|missing|expired|invalid|rotated|revoked|unknown|mismatch|rejected|accepted|secretref.*|op:\/\/.*|fp:[0-9a-f]{12}|.*\.\.\.)$/i;
/** A name in a program, such as process.env.API_KEY, tells where a secret comes from and is none. */
const code = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/;

export const noPlaceholder: When = (found, { after: next }) =>
  !sampleValue.test(found) && !next.startsWith("(") && !(found.length < 48 && code.test(found));

/** After a colon in prose stands a word more often than a secret. */
export const odd: When = (found, around) =>
  noPlaceholder(found, around) && /[0-9]|[a-z][A-Z]|[!@#$%^*+/=~]/.test(found);

/** Names of algorithms, versions, files and fingerprints that follow the word "key" or "password" in prose. */
const term =
  /^(?:[a-z]{1,12}-?\d{1,3}|\d.*[a-z]{1,3}|v?\d+(?:\.\d+)+.*|[~.]{0,2}\/.*|(?:sha\d+|md5|fp)[:-].*|AAAA[A-E].*|.*\.(?:json|txt|md|pem|key|pub|ts|js|py|sh|ya?ml|env))$/i;

/** In a field that holds a password or a sample of one: no path, as in PWD. */
export const oddField: When = (found, around) => odd(found, around) && !/^[~.]{0,2}\//.test(found);

/** Directly behind the word itself: letters and digits, and nothing that is called so. */
export const mixed: When = (found, around) => {
  const bare = trimmed(found);
  return odd(bare, around) && /\d/.test(bare) && /[a-z]/i.test(bare) && !term.test(bare);
};

export const random: When = (found, around) => noPlaceholder(found, around) && looksRandom(trimmed(found));

/** What ends a sentence or closes a bracket is no part of a value. */
function trimmed(found: string): string {
  return found.replace(/[)\].:!?>]{1,8}$/, "");
}

/** What a variable or a parameter of such a name holds may look random, and is no secret. */
const plainName =
  /(?:^|[_-]|[a-z](?=[A-Z]))(?:sha\d*|md5|hash|digest|sum|checksum|commit|rev|revision|ref|head|tree|blob|etag|uuid|u?id|guid|version|build|release|path|url|uri|file|dir|folder|name|host|time|date|fingerprint|fp|mac|model|image|tag|cursor|nonce|salt|trace|cert|pub|pub[_-]?key|public[_-]?key|boundary|label|instance|event|call|conn|colors?|integrity|option|opts)=["']?$/i;

/** The value of a variable that nothing else tells of. */
export const randomVariable: When = (found, around) =>
  !plainName.test(around.marker.slice(-80)) && random(found, around);

/** What is written into a program that reads a secret from its input. */
export const intoLogin: When = (found, around) =>
  noPlaceholder(found, around) &&
  /^["'\\]{0,6}[ \t]{0,4}\|[ \t]{0,4}[^|\n]{0,120}?(?:--\w{0,20}-?(?:password|passphrase|token|key)-?(?:std)?in\b|--with-token\b|-pass\w{0,6}[ \t]stdin|\b(?:ch)?passwd\b|\bsudo[ \t](?:-\w[ \t])?-[a-zA-Z]{0,6}S)/.test(
    around.after,
  );

/** The text of an XML element. */
export const element: When = (found, around) => around.after.startsWith("</") && noPlaceholder(found, around);

export const pin: When = (found, around) => /^\d{4,12}\.?$/.test(found) || random(found, around);

export const parameter: When = (found, around) =>
  !found.startsWith("/") && odd(found, around) && /[0-9]/.test(found);

/** user:password@ in an address. */
export const userPassword: When = (found, around) =>
  around.after.startsWith("@") && noPlaceholder(found, around);

/** token@ in an address. */
export const userToken: When = (found, around) => around.after.startsWith("@") && random(found, around);

export const bearer: When = (found) => /[0-9]/.test(found) || found.length >= 32;
