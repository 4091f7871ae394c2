/**
 * Each expression matches a marker and the first, fixed number of characters of the body; the rest is walked by hand with
 * `body`. So there is no open repetition in any of them, and the time is linear in the text.
 */
export interface Shape {
  readonly pattern: RegExp;
  readonly body: RegExp;
  /** Characters of the marker that are shown, such as "Bearer ". The rest is the secret. */
  readonly keepGroup?: true;
  /** Ordinary words with the same beginning are left alone. */
  readonly plausible?: (found: string, next: string) => boolean;
}

export const token = /[A-Za-z0-9_-]/;
export const dotted = /[A-Za-z0-9_.-]/;
export const anyValue = /[^\s"'`\\,;&<>()[\]{}]/;
export const busy = (found: string): boolean => /[0-9A-Z]/.test(found);

export const names =
  "api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|encrypt(?:ion)?[_-]?key|signing[_-]?key|secret|token|passwd|password|passphrase";
const sampleValue =
  /^(?:undefined|required|optional|string|number|boolean|redacted|\*+|\.{3,}|x{3,}|-+|your[-_].*|\$.*|changed|missing|expired|invalid|rotated|revoked|unknown|mismatch|rejected|accepted|secretref.*|op:\/\/.*|fp:[0-9a-f]{12}|.*\.\.\.)$/i;
/** A name in a program, such as process.env.API_KEY, tells where a secret comes from and is none. */
const code = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/;
export const noPlaceholder = (found: string, next: string): boolean =>
  !sampleValue.test(found) && next !== "(" && !(found.length < 48 && code.test(found));
/** After a colon in prose stands a word more often than a secret. */
export const odd = (found: string, next: string): boolean =>
  noPlaceholder(found, next) && /[0-9]|[a-z][A-Z]|[!@#$%^*+/=~]/.test(found);
