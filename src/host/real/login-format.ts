/** Who is logged in, from the bytes of utmp(5) or the session files of systemd-logind, which replace it. */
import { isoOf } from "../../model/json.ts";
import type { LoginRecord } from "../processes.ts";

const userProcess = 7;

interface Layout {
  readonly size: number;
  readonly seconds: (view: DataView, at: number) => number;
}
/** struct utmp of glibc: 384 bytes with 32-bit times (x86, x86-64 and others), 400 bytes where they are 64-bit (arm64). */
const short: Layout = { size: 384, seconds: (view, at) => view.getInt32(at + 340, true) };
const long: Layout = { size: 400, seconds: (view, at) => Number(view.getBigInt64(at + 344, true)) };

function cString(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString("utf8");
}

/** A cut-off record at the end is ignored; so are records of a type that is no login. */
export function parseUtmp(bytes: Uint8Array, arch: string): readonly LoginRecord[] {
  const wide = ["arm64", "loong64", "riscv64"].includes(arch);
  const fits = (layout: Layout): boolean => bytes.length % layout.size === 0;
  const layout = wide
    ? fits(long) || !fits(short)
      ? long
      : short
    : fits(short) || !fits(long)
      ? short
      : long;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: LoginRecord[] = [];
  for (let at = 0; at + layout.size <= bytes.length; at += layout.size) {
    if (view.getInt16(at, true) !== userProcess) continue;
    const time = isoOf(layout.seconds(view, at) * 1000);
    records.push({
      user: cString(bytes, at + 44, 32),
      line: cString(bytes, at + 8, 32),
      host: cString(bytes, at + 76, 256),
      pid: view.getInt32(at + 4, true),
      ...(time === undefined ? {} : { at: time }),
    });
  }
  return records;
}

/** One file of /run/systemd/sessions: KEY=value lines, times in microseconds. Undefined for what is no user's session. */
export function parseLogindSession(text: string): LoginRecord | undefined {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const equals = line.indexOf("=");
    if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1));
  }
  const user = values.get("USER");
  if (user === undefined || !(values.get("CLASS") ?? "user").startsWith("user")) return undefined;
  const time = isoOf(Number(values.get("REALTIME")) / 1000);
  return {
    user,
    line: values.get("TTY") ?? values.get("SERVICE") ?? "",
    host: values.get("REMOTE_HOST") ?? "",
    pid: Number(values.get("LEADER") ?? 0),
    ...(time === undefined ? {} : { at: time }),
  };
}
