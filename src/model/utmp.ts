/**
 * utmp, wtmp and btmp (utmp(5)) as records: pure. glibc writes 384 bytes with 32-bit times on most machines and 400 bytes with
 * 64-bit times on some (arm64, loong64, riscv64); the disk of a big-endian machine holds its numbers the other way round.
 */
export interface UtmpLayout {
  readonly size: 384 | 400;
  readonly littleEndian: boolean;
}

export interface UtmpRecord {
  /** 1 run level, 2 boot, 3 and 4 the clock was set, 6 login prompt, 7 login, 8 end; 0 is empty. */
  readonly type: number;
  readonly pid: number;
  /** Terminal, such as "pts/0". */
  readonly line: string;
  readonly user: string;
  readonly host: string;
  /** Epoch milliseconds; 0 where it is none. */
  readonly ms: number;
  /** Every byte is zero: overwritten, since nothing writes such a record. */
  readonly zeroed: boolean;
  /** Position in the file, in bytes. */
  readonly offset: number;
}

const layouts: readonly UtmpLayout[] = [
  { size: 384, littleEndian: true },
  { size: 400, littleEndian: true },
  { size: 384, littleEndian: false },
  { size: 400, littleEndian: false },
];

function cString(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString("utf8");
}

function timeAt(view: DataView, at: number, { size, littleEndian }: UtmpLayout): number {
  const wide = size === 400;
  const seconds = wide
    ? Number(view.getBigInt64(at + 344, littleEndian))
    : view.getInt32(at + 340, littleEndian);
  const micros = wide
    ? Number(view.getBigInt64(at + 352, littleEndian))
    : view.getInt32(at + 344, littleEndian);
  const ms = seconds * 1000 + (micros >= 0 && micros < 1_000_000 ? Math.floor(micros / 1000) : 0);
  return seconds > 0 && ms <= 8.64e15 ? ms : 0;
}

/** Every whole record; a cut-off one at the end is left out. */
export function* utmpRecords(bytes: Uint8Array, layout: UtmpLayout): Generator<UtmpRecord> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { size, littleEndian } = layout;
  for (let at = 0; at + size <= bytes.length; at += size) {
    yield {
      type: view.getInt16(at, littleEndian),
      pid: view.getInt32(at + 4, littleEndian),
      line: cString(bytes, at + 8, 32),
      user: cString(bytes, at + 44, 32),
      host: cString(bytes, at + 76, 256),
      ms: timeAt(view, at, layout),
      zeroed: bytes.subarray(at, at + size).every((byte) => byte === 0),
      offset: at,
    };
  }
}

const sampled = 64;
const earliest = Date.UTC(1990, 0);
const latest = Date.UTC(2100, 0);

/** The layout under which the beginning and the end make most sense; the usual one where none does. */
export function guessLayout(bytes: Uint8Array): UtmpLayout {
  const scores = layouts.map((layout) => ({ layout, score: scoreOf(bytes, layout) }));
  return scores.reduce((best, one) => (one.score > best.score ? one : best)).layout;
}

function scoreOf(bytes: Uint8Array, layout: UtmpLayout): number {
  const count = Math.floor(bytes.length / layout.size);
  const whole = count * layout.size;
  const head = bytes.subarray(0, Math.min(count, sampled) * layout.size);
  const tail = bytes.subarray(Math.max(0, whole - sampled * layout.size), whole);
  const records = [...utmpRecords(head, layout), ...utmpRecords(tail, layout)].filter((one) => !one.zeroed);
  const fits = records.filter(({ type, ms }) => type >= 0 && type <= 9 && ms >= earliest && ms < latest);
  // A length that is a multiple of the record breaks a tie.
  const even = bytes.length % layout.size === 0 ? 0.01 : 0;
  return records.length === 0 ? even : fits.length / records.length + even;
}
