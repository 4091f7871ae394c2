/** A stretch of text, end exclusive, and the number of the pattern found there. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly pattern: number;
}

/**
 * Aho–Corasick over UTF-16 code units: finds, for every position, the longest pattern that ends there. One pass, linear in
 * the text whatever the patterns are, so that planted secrets cannot make it slow. Transitions live in one open-addressing
 * table of typed arrays: about 30 bytes per pattern character.
 */
export class Automaton {
  /** Characters of all patterns: what building costs. */
  readonly size: number;
  readonly #root = new Int32Array(65_536);
  readonly #slots: Int32Array;
  readonly #chars: Uint16Array;
  readonly #targets: Int32Array;
  readonly #fail: Int32Array;
  /** Pattern number + 1 of the longest pattern ending at a node; 0 for none. */
  readonly #output: Int32Array;
  readonly #lengths: readonly number[];
  #nodes = 1;

  constructor(patterns: readonly string[]) {
    this.#lengths = patterns.map((one) => one.length);
    this.size = this.#lengths.reduce((sum, length) => sum + length, 0);
    const capacity = 2 ** Math.ceil(Math.log2(this.size * 2 + 16));
    this.#slots = new Int32Array(capacity);
    this.#chars = new Uint16Array(capacity);
    this.#targets = new Int32Array(capacity);
    this.#fail = new Int32Array(this.size + 1);
    this.#output = new Int32Array(this.size + 1);
    const parents = new Int32Array(this.size + 1);
    const letters = new Uint16Array(this.size + 1);
    const depths = new Int32Array(this.size + 1);
    for (const [number, pattern] of patterns.entries()) {
      const end = this.#insert(pattern, parents, letters, depths);
      this.#output[end] = number + 1;
    }
    this.#link(parents, letters, depths);
  }

  #insert(pattern: string, parents: Int32Array, letters: Uint16Array, depths: Int32Array): number {
    let node = 0;
    for (let i = 0; i < pattern.length; i += 1) {
      const char = pattern.charCodeAt(i);
      let next = this.#child(node, char);
      if (next === 0) {
        next = this.#nodes;
        this.#nodes += 1;
        this.#add(node, char, next);
        parents[next] = node;
        letters[next] = char;
        depths[next] = i + 1;
      }
      node = next;
    }
    return node;
  }

  /** Failure links, shallow nodes first; a node without a pattern inherits the longest one among its suffixes. */
  #link(parents: Int32Array, letters: Uint16Array, depths: Int32Array): void {
    for (const node of byDepth(depths.subarray(0, this.#nodes))) {
      if (node === 0) continue;
      const parent = parents[node] ?? 0;
      const fail = parent === 0 ? 0 : this.#step(this.#fail[parent] ?? 0, letters[node] ?? 0);
      this.#fail[node] = fail;
      if (this.#output[node] === 0) this.#output[node] = this.#output[fail] ?? 0;
    }
  }

  #hash(node: number, char: number): number {
    return (Math.imul(node, 0x9e3779b1) ^ Math.imul(char + 1, 0x85ebca6b)) >>> 0;
  }

  #child(node: number, char: number): number {
    if (node === 0) return this.#root[char] ?? 0;
    const mask = this.#slots.length - 1;
    let slot = mix(this.#hash(node, char)) & mask;
    for (;;) {
      const owner = this.#slots[slot] ?? 0;
      if (owner === 0) return 0;
      if (owner === node && this.#chars[slot] === char) return this.#targets[slot] ?? 0;
      slot = (slot + 1) & mask;
    }
  }

  #add(node: number, char: number, target: number): void {
    if (node === 0) {
      this.#root[char] = target;
      return;
    }
    const mask = this.#slots.length - 1;
    let slot = mix(this.#hash(node, char)) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = node;
    this.#chars[slot] = char;
    this.#targets[slot] = target;
  }

  #step(from: number, char: number): number {
    let node = from;
    for (;;) {
      const next = this.#child(node, char);
      if (next !== 0 || node === 0) return next;
      node = this.#fail[node] ?? 0;
    }
  }

  /** Every longest match by end position, in order of end. Matches may overlap. */
  find(text: string): Span[] {
    const found: Span[] = [];
    let node = 0;
    for (let i = 0; i < text.length; i += 1) {
      node = this.#step(node, text.charCodeAt(i));
      if (node === 0) continue;
      const output = this.#output[node] ?? 0;
      if (output === 0) continue;
      const pattern = output - 1;
      found.push({ start: i + 1 - (this.#lengths[pattern] ?? 0), end: i + 1, pattern });
    }
    return found;
  }
}

/** Node numbers by depth, counted out instead of compared. */
function byDepth(depths: Int32Array): Int32Array {
  const starts: number[] = [];
  for (const depth of depths) starts[depth] = (starts[depth] ?? 0) + 1;
  let sum = 0;
  for (const [depth, count] of starts.entries()) {
    starts[depth] = sum;
    sum += count;
  }
  const order = new Int32Array(depths.length);
  for (const [node, depth] of depths.entries()) {
    const place = starts[depth] ?? 0;
    order[place] = node;
    starts[depth] = place + 1;
  }
  return order;
}

function mix(hash: number): number {
  const a = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (a ^ (a >>> 13)) >>> 0;
}
