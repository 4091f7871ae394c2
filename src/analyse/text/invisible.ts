/**
 * Text that a person does not see and a model reads: tag characters, variation selectors in a row, bidirectional overrides,
 * characters without width. Emoji and right-to-left languages use some of them honestly; those are left alone.
 */
export interface Invisible {
  /** Half a sentence: "holds …". */
  readonly says: string;
  readonly line: number;
  readonly count: number;
}

/** Flags such as Wales's are a black flag, tag letters and a cancel tag (unicode.org/reports/tr51, §B). */
const flag = /\u{1f3f4}[\u{e0030}-\u{e007a}]{1,8}\u{e007f}/gu;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
/** A few come along with copied text; so many carry something. */
const manyZeroWidth = 8;

interface Kind {
  readonly says: string;
  readonly pattern: RegExp;
  readonly least: number;
}

const tags: Kind = {
  says: "holds letters that no screen shows (tag characters)",
  pattern: /[\u{e0000}-\u{e007f}]/gu,
  least: 1,
};
const selectors: Kind = {
  says: "hides data in variation selectors",
  pattern: /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{2,}/gu,
  least: 1,
};
const overrides: Kind = {
  says: "shows text in another order than it is read (bidirectional overrides)",
  pattern: /[\u202d\u202e]/gu,
  least: 1,
};
const directions: Kind = { ...overrides, pattern: /[\u202a-\u202e\u2066-\u2069]/gu };
const zeroWidth: Kind = {
  says: "hides data in characters without width",
  pattern: /(?!^)\ufeff|[\u200b\u2060-\u2064\u180e\u00ad]/gu,
  least: manyZeroWidth,
};

/** The kinds of invisible text, each with its first line and how often it occurs; empty for honest text. */
export function findInvisible(text: string): readonly Invisible[] {
  const plain = text.replaceAll(flag, "");
  const kinds = [tags, selectors, rightToLeft.test(plain) ? overrides : directions, zeroWidth];
  return kinds.flatMap(({ says, pattern, least }) => {
    const hits = Array.from(plain.matchAll(pattern), ({ index }) => index);
    const [first] = hits;
    if (first === undefined || hits.length < least) return [];
    return [{ says, line: plain.slice(0, first).split("\n").length, count: hits.length }];
  });
}
