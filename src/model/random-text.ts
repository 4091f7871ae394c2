/** Whether a value looks made at random: the only thing by which a secret without a telling name can be told. */

const least = 12;
const most = 4096;
/** Letters and digits that are left of a value once all that looks meant for people is taken out of it. */
const leftOver = 8;
/** Without a digit it takes more. */
const leftOverLetters = 12;

/** What is long and looks random, and is none: digests, identifiers, times, paths, host names, public keys and fingerprints. */
const ordinary = [
  /^(?:0x)?(?:[0-9a-f]{1,16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i,
  /^(?:sha\d{1,3}|md5|fp|blake\w{1,3}|urn|ssh|ecdsa|data|file|fd|U)[-:]|:\/\//i,
  /^(?:AAAA[A-E]|[~.]{0,2}\/)/,
  /^\d{8}T\d{6}/,
  // Code and lists.
  /[(){}[\]]|%20|,.*[,=]/,
  /^(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,12}(?::\d{1,5})?$/i,
  /^[0-9a-f:.]{1,45}(?:%\w{1,16})?(?:\/\d{1,3})?$/i,
];
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const wordlike = /[a-z]{4,40}|[A-Z]{4,40}/g;
const pronounced = /[aeiouy]/i;
const unpronounced = /[b-df-hj-np-tv-xz]{5}/i;
/** In the case that words have: all small, all large, or large at the beginning of each, with a number behind. */
const cased = /^(?:[a-z]+|[A-Z]+|[a-z]*\d{0,5}(?:[A-Z]{1,5}[a-z]{1,40}\d{0,5})+[A-Z]{0,5})$/;
const capitals = /[A-Z]{1,5}/g;
/** A part of a name that people make up: a number, a word with a number, a number with a unit, a short commit. */
const part = /^(?:\d+|[a-z]{1,20}\d{1,5}|\d{1,9}[a-z]{1,3}|g?[0-9a-f]{7,16}|\d{1,8}T\d{1,6}Z?)$/i;

/** Errs on the side of "no": an ordinary word, path, host name, version, date, digest or identifier is never random. */
export function looksRandom(text: string): boolean {
  if (text.length < least || ordinary.some((one) => one.test(text))) return false;
  const rest = text
    .slice(0, most)
    .replaceAll(uuid, "")
    .split(/[^A-Za-z0-9]+/)
    .filter((one) => !part.test(one) && !isCased(one))
    .map((one) => (/[a-z]/.test(one) && /[A-Z]/.test(one) ? one : one.replaceAll(wordlike, withoutWord)))
    .join("");
  const enough = /\d/.test(text) ? leftOver : leftOverLetters;
  return rest.length >= enough && /[a-z]/.test(text) && /[A-Z0-9]/.test(rest);
}

function isCased(one: string): boolean {
  if (!cased.test(one)) return false;
  const words = one.match(capitals) ?? [];
  return words.length * 4 <= one.length + 2 && words.filter(({ length }) => length > 1).length <= 2;
}

function withoutWord(word: string): string {
  return pronounced.test(word) && !unpronounced.test(word) ? "" : word;
}
