import { Buffer } from "node:buffer";
import type { Json } from "../../model/json.ts";
import { Secret, showMark, type SecretMark } from "../../model/secret.ts";
import type { Redactor } from "../types.ts";
import { Automaton } from "./automaton.ts";
import { redactJson } from "./deep.ts";
import { formsOf } from "./forms.ts";
import { suspects } from "./patterns.ts";
import { isOwnWord } from "./vocabulary.ts";

/** What stands in a text in place of a secret; text that already has this form is left alone. */
const markPattern = /\[(?:[A-Za-z0-9_-]{2,14}… )?fp:[0-9a-f]{12} \(\d{1,9} characters\)\]/g;
const shortest = 6;
/** Replacing can lay open what stood behind a secret without a gap; so the text is looked at again until nothing is found. */
const rounds = 6;

interface Hit {
  readonly start: number;
  readonly end: number;
  /** Absent for what was recognised by its form only. */
  readonly mark?: string;
}

/**
 * Learned secrets are searched for in all their spellings at once by Aho–Corasick automata: one pass per automaton, linear in
 * the text, whatever was learned. New secrets go into a small automaton that is merged into larger ones as they grow, so
 * that there are few of them and learning one more does not rebuild everything.
 */
export function createRedactor(key: Uint8Array): Redactor {
  return new LearningRedactor(key);
}

class LearningRedactor implements Redactor {
  readonly key: Uint8Array;
  readonly #known = new Set<string>();
  readonly #groups: {
    readonly automaton: Automaton;
    readonly forms: readonly (readonly [string, string])[];
  }[] = [];
  #pending: (readonly [string, string])[] = [];

  constructor(key: Uint8Array) {
    this.key = key;
  }

  readonly mark = (secret: Secret): SecretMark => secret.mark(this.key);

  readonly learn = (secret: Secret): void => {
    const value = secret.reveal();
    if (value.trim().length < shortest || isOwnWord(value)) return;
    // Known by fingerprint, and the automaton has to hold the forms anyway.
    const shown = `[${showMark(this.mark(secret))}]`;
    for (const form of formsOf(value)) {
      if (this.#known.has(form) || isOwnWord(form)) continue;
      this.#known.add(form);
      this.#pending.push([form, shown]);
    }
  };

  readonly text = (text: string): string => {
    this.#build();
    let current = text;
    for (let round = 0; round < rounds; round += 1) {
      const next = this.#once(current);
      if (next === current) break;
      current = next;
    }
    return current;
  };

  readonly json = (value: unknown): Json =>
    redactJson(value, {
      text: this.text,
      secret: (secret) => ({ ...this.mark(secret) }),
      bytes: (bytes) => ({ bytes: bytes.length, fingerprint: this.#ofBytes(bytes) }),
    });

  #ofBytes(bytes: Uint8Array): string {
    return this.mark(new Secret(Buffer.from(bytes).toString("latin1"))).fingerprint;
  }

  #build(): void {
    if (this.#pending.length === 0) return;
    let forms = this.#pending;
    this.#pending = [];
    let size = weight(forms);
    for (let last = this.#groups.at(-1); last !== undefined; last = this.#groups.at(-1)) {
      if (last.automaton.size > size * 2) break;
      this.#groups.pop();
      forms = [...last.forms, ...forms];
      size += last.automaton.size;
    }
    this.#groups.push({ automaton: new Automaton(forms.map(([form]) => form)), forms });
  }

  #once(text: string): string {
    if (text.length < shortest) return text;
    const marks = rangesOf(text, markPattern);
    const hits: Hit[] = [];
    for (const { automaton, forms } of this.#groups) {
      for (const { start, end, pattern } of automaton.find(text)) {
        const mark = forms[pattern]?.[1];
        if (mark !== undefined && !inside(marks, start, end)) hits.push({ start, end, mark });
      }
    }
    for (const one of suspects(text)) {
      if (!touches(marks, one.start, one.end)) hits.push(one);
    }
    return hits.length === 0 ? text : this.#replace(text, hits);
  }

  /** Overlapping hits become one gap, filled with the marks of the learned secrets in it that no other one contains. */
  #replace(text: string, hits: Hit[]): string {
    hits.sort((a, b) => a.start - b.start || b.end - a.end);
    const parts: string[] = [];
    let copied = 0;
    for (let i = 0; i < hits.length;) {
      const from = hits[i]?.start ?? 0;
      let to = from;
      let covered = from;
      const inGap: string[] = [];
      for (let hit = hits[i]; hit !== undefined && (hit.start < to || to === from); hit = hits[i]) {
        to = Math.max(to, hit.end);
        if (hit.mark !== undefined && hit.end > covered) {
          inGap.push(hit.mark);
          covered = hit.end;
        }
        i += 1;
      }
      parts.push(
        text.slice(copied, from),
        ...(inGap.length > 0 ? inGap : [this.#showFound(text.slice(from, to))]),
      );
      copied = to;
    }
    return parts.join("") + text.slice(copied);
  }

  #showFound(found: string): string {
    return `[${showMark(this.mark(new Secret(found)))}]`;
  }
}

function weight(forms: readonly (readonly [string, string])[]): number {
  return forms.reduce((sum, [form]) => sum + form.length, 0);
}

type Range = readonly [start: number, end: number];

function rangesOf(text: string, pattern: RegExp): readonly Range[] {
  if (!text.includes("fp:")) return [];
  return Array.from(text.matchAll(pattern), (match): Range => [match.index, match.index + match[0].length]);
}

/** The last range that begins at or before `position`; ranges are in order. */
function before(ranges: readonly Range[], position: number): Range | undefined {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.[0] ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return ranges[low - 1];
}

function inside(ranges: readonly Range[], start: number, end: number): boolean {
  const range = before(ranges, start);
  return range !== undefined && end <= range[1];
}

function touches(ranges: readonly Range[], start: number, end: number): boolean {
  const range = before(ranges, end - 1);
  return range !== undefined && range[1] > start;
}
