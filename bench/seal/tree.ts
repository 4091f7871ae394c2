/**
 * A state folder as a busy gateway has it, the same bytes for the same seed: transcripts in JSON lines, many small files,
 * two databases, media that does not compress. `scale` 1 is about 1.1 GiB.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** xorshift32: numbers in [0, 2^32). */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

interface Words {
  /** Appends words to `into` from `at` on, until `length` bytes are written. */
  readonly fill: (into: Buffer, at: number, length: number) => void;
}

const vocabulary = 8000;
const drawSize = 1 << 16;

/** Words and turns of phrase by Zipf's law, as transcripts have them: gzip makes about a quarter of it. */
function words(random: Random): Words {
  const plain = Array.from({ length: vocabulary }, (_, rank) => {
    const length = 2 + Math.min(9, Math.floor(Math.log2(rank + 2) / 2) + (random() % 4));
    const letters = Array.from({ length }, () => "etaoinshrdlucmfwypvbgkjqxz"[zipfLetter(random)] ?? "e");
    return `${letters.join("")} `;
  });
  const spelled = plain.map((word) => {
    const count = random() % 4 === 0 ? 1 + (random() % 3) : 0;
    const rest = Array.from({ length: count }, () => plain[random() % 2000] ?? "");
    return Buffer.from(word + rest.join(""));
  });
  const draw = drawTable();
  return {
    fill: (into, at, length) => {
      const end = at + length;
      for (let here = at; here < end;) {
        const word = spelled[draw[random() >>> 16] ?? 0];
        if (word === undefined) break;
        for (let letter = 0; letter < word.length && here < end;) into[here++] = word[letter++] ?? 0x20;
      }
    },
  };
}

function zipfLetter(random: Random): number {
  return Math.floor(26 * ((random() % 1000) / 1000) ** 2);
}

/** 65,536 ranks, each as often as its share. */
function drawTable(): Uint16Array {
  const shares = Array.from({ length: vocabulary }, (_, rank) => 1 / (rank + 2.7) ** 1.4);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const table = new Uint16Array(drawSize);
  let rank = 0;
  let until = (shares[0] ?? 0) / total;
  for (let at = 0; at < drawSize; at += 1) {
    while (at / drawSize > until && rank < vocabulary - 1) until += (shares[++rank] ?? 0) / total;
    table[at] = rank;
  }
  return table;
}

const bigBuffer = Buffer.alloc(24 * 1024 * 1024);

/** One transcript: lines with ids, times and text. Returns a view that the next call overwrites. */
function transcript(random: Random, text: Words, size: number): Buffer {
  let at = 0;
  let clock = 1_760_000_000_000 + (random() % 1_000_000_000);
  while (at < size) {
    clock += random() % 90_000;
    const id = random().toString(16).padStart(8, "0");
    const role = random() % 2 === 0 ? "user" : "assistant";
    const head = `{"type":"message","id":"${id}","timestamp":"${new Date(clock).toISOString()}","message":{"role":"${role}","content":[{"type":"text","text":"`;
    at += bigBuffer.write(head, at, "latin1");
    const length = 40 + (random() % 900);
    text.fill(bigBuffer, at, length);
    at += length;
    at += bigBuffer.write(`"}]},"usage":{"input":${random() % 20_000}}}\n`, at, "latin1");
  }
  return bigBuffer.subarray(0, Math.min(size, at));
}

/** Median 183 KB, a long tail, at most 20 MB. */
function transcriptSize(random: Random): number {
  const uniform = (): number => (random() + 1) / 2 ** 32;
  const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Math.min(20_000_000, Math.round(183_000 * Math.exp(0.95 * normal)));
}

function writeDatabase(file: string, random: Random, text: Words, megabytes: number): void {
  const db = new Database(file);
  try {
    db.exec("create table chunks (id integer primary key, path text, text text, vector blob)");
    const insert = db.prepare("insert into chunks (path, text, vector) values (?, ?, ?)");
    const body = Buffer.alloc(1200);
    const vector = Buffer.alloc(64);
    db.transaction(() => {
      for (let row = 0; row < megabytes * 720; row += 1) {
        text.fill(body, 0, body.length);
        for (let at = 0; at < vector.length; at += 4) vector.writeUInt32LE(random(), at);
        insert.run(`memory/${row % 500}.md`, body.toString("latin1"), vector);
      }
    })();
  } finally {
    db.close();
  }
}

function noise(random: Random, into: Buffer): void {
  for (let at = 0; at + 4 <= into.length; at += 4) into.writeUInt32LE(random(), at);
}

/** Makes the tree below `root`, which must not exist. */
export function makeTree(root: string, scale: number, seed = 20_261_120): void {
  const random = seeded(seed);
  const text = words(random);
  const folder = (name: string): string => {
    mkdirSync(join(root, name), { recursive: true });
    return join(root, name);
  };
  for (let agent = 0; agent < 10; agent += 1) {
    const sessions = folder(`agents/agent-${agent}/sessions`);
    for (let file = 0; file < Math.ceil(300 * scale); file += 1) {
      const content = transcript(random, text, transcriptSize(random));
      writeFileSync(join(sessions, `${random().toString(16).padStart(8, "0")}-${file}.jsonl`), content);
    }
  }
  makeSmallFiles(root, random, text, Math.ceil(5000 * scale), [200, 4000]);
  const memory = folder("memory");
  for (const name of ["main", "work"]) {
    writeDatabase(join(memory, `${name}.sqlite`), random, text, Math.ceil(119 * scale));
  }
  const media = folder("media");
  const picture = Buffer.alloc(1024 * 1024);
  for (let file = 0; file < Math.ceil(100 * scale); file += 1) {
    noise(random, picture);
    writeFileSync(join(media, `picture-${file}.jpg`), picture);
  }
}

/** Small json, md and jsonl files, a hundred to a folder; sizes evenly between the two of `range`. */
export function makeSmallFiles(
  root: string,
  random: Random,
  text: Words,
  count: number,
  [least, most]: readonly [number, number],
): void {
  for (let file = 0; file < count; file += 1) {
    const parent = join(root, "workspace", `notes-${Math.floor(file / 100)}`);
    if (file % 100 === 0) mkdirSync(parent, { recursive: true });
    const content = Buffer.alloc(least + (random() % (most - least)));
    text.fill(content, 0, content.length);
    writeFileSync(join(parent, `note-${file}.${["md", "json", "jsonl"][file % 3] ?? "md"}`), content);
  }
}

/** `count` files of 200 MB per 30,000. */
export function makeSmallTree(root: string, count: number): void {
  const random = seeded(30_000);
  makeSmallFiles(root, random, words(random), count, [300, 13_000]);
}

/** `files` files of `megabytes` each that compress by half: for the memory, which must not grow with them. */
export function makeLargeTree(root: string, megabytes: number): void {
  const random = seeded(4);
  const text = words(random);
  mkdirSync(root, { recursive: true });
  const half = Buffer.alloc(1024 * 1024);
  for (let file = 0; file < Math.ceil(megabytes / 64); file += 1) {
    const fd = openSync(join(root, `log-${file}`), "wx");
    for (let at = 0; at < 64; at += 1) {
      text.fill(half, 0, half.length);
      writeSync(fd, half);
    }
    closeSync(fd);
  }
}
