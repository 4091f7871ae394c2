/** Who is logged in, from the bytes of utmp(5) or the session files of systemd-logind, which replace it. */
import { isoOf } from "../../model/json.ts";
import { type UtmpLayout, utmpRecords } from "../../model/utmp.ts";
import type { LoginRecord } from "../processes.ts";

const userProcess = 7;

/** A cut-off record at the end is ignored; so are records of a type that is no login. */
export function parseUtmp(bytes: Uint8Array, arch: string): readonly LoginRecord[] {
  const wide = ["arm64", "loong64", "riscv64"].includes(arch);
  const records: LoginRecord[] = [];
  for (const { type, user, line, host, pid, ms } of utmpRecords(bytes, layoutOf(bytes, wide))) {
    if (type !== userProcess) continue;
    const time = isoOf(ms);
    records.push({ user, line, host, pid, ...(time === undefined ? {} : { at: time }) });
  }
  return records;
}

/** The machine's own, unless only the other one fits the length. */
function layoutOf(bytes: Uint8Array, wide: boolean): UtmpLayout {
  const [usual, other] = wide ? ([400, 384] as const) : ([384, 400] as const);
  const onlyOther = bytes.length % usual !== 0 && bytes.length % other === 0;
  return { size: onlyOther ? other : usual, littleEndian: true };
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
