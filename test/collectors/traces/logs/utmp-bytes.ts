/** Writes records as glibc's login(3) does, for every layout that is read. */
import type { UtmpLayout } from "../../../../src/model/utmp.ts";

export interface Written {
  readonly type: number;
  readonly user: string;
  readonly line: string;
  readonly host: string;
  readonly ms: number;
  readonly pid?: number;
}

export function utmp(records: readonly Written[], { size, littleEndian }: UtmpLayout): Buffer {
  const bytes = Buffer.alloc(records.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [i, { type, user, line, host, ms, pid = 0 }] of records.entries()) {
    const at = i * size;
    view.setInt16(at, type, littleEndian);
    view.setInt32(at + 4, pid, littleEndian);
    bytes.write(line, at + 8, 32, "latin1");
    bytes.write(user, at + 44, 32, "latin1");
    bytes.write(host, at + 76, 256, "latin1");
    if (size === 400) view.setBigInt64(at + 344, BigInt(Math.floor(ms / 1000)), littleEndian);
    else view.setInt32(at + 340, Math.floor(ms / 1000), littleEndian);
  }
  return bytes;
}
