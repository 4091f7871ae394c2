/**
 * The text of /proc as records: pure functions. Formats: proc(5), Linux Documentation/filesystems/proc.rst and
 * Documentation/networking/proc_net_tcp.rst.
 */
import { Secret } from "../../model/secret.ts";
import type { ProcessRecord, SocketRecord } from "../processes.ts";

/** USER_HZ: what /proc counts in, 100 on every Linux whatever the kernel's own rate is. */
export const ticksPerSecond = 100;

export type ProcStat = Pick<
  ProcessRecord,
  "pid" | "ppid" | "comm" | "state" | "startTicks" | "session" | "pgid"
>;

/** /proc/PID/stat. The name stands in parentheses and may hold spaces and parentheses itself. */
export function parseStat(text: string): ProcStat | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const fields = text
    .slice(close + 2)
    .trim()
    .split(" ");
  const pid = Number.parseInt(text.slice(0, open), 10);
  const [state, ppid, pgid, session] = fields;
  const startTicks = Number(fields[19]);
  if (!Number.isInteger(pid) || state === undefined || !Number.isFinite(startTicks)) return undefined;
  return {
    pid,
    ppid: Number(ppid),
    comm: text.slice(open + 1, close),
    state,
    startTicks,
    pgid: Number(pgid),
    session: Number(session),
  };
}

/** /proc/PID/cmdline: NUL after each argument; a process may have overwritten it with anything. */
export function parseCmdline(text: string): readonly string[] {
  if (text === "") return [];
  return (text.endsWith("\0") ? text.slice(0, -1) : text).split("\0");
}

/** /proc/PID/environ. What has no "=" is kept as a name, so that nothing is lost. */
export function parseEnviron(text: string): NonNullable<ProcessRecord["environ"]> {
  return text
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => {
      const equals = entry.indexOf("=");
      return equals < 0
        ? { name: entry, value: new Secret("") }
        : { name: entry.slice(0, equals), value: new Secret(entry.slice(equals + 1)) };
    });
}

/** The unified hierarchy ("0::/…") first, else the first line's path. */
export function parseCgroup(text: string): string | undefined {
  const lines = text.split("\n").filter((line) => line !== "");
  const line = lines.find((each) => each.startsWith("0::")) ?? lines[0];
  return line?.split(":").slice(2).join(":");
}

/** uid → name of /etc/passwd. */
export function parsePasswd(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split("\n")) {
    const [name, , uid] = line.split(":");
    if (name === undefined || uid === undefined || !/^\d+$/.test(uid)) continue;
    if (!names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
}

const tcpStates = [
  "UNKNOWN",
  "ESTABLISHED",
  "SYN_SENT",
  "SYN_RECV",
  "FIN_WAIT1",
  "FIN_WAIT2",
  "TIME_WAIT",
  "CLOSE",
  "CLOSE_WAIT",
  "LAST_ACK",
  "LISTEN",
  "CLOSING",
  "NEW_SYN_RECV",
] as const;

/** Each 32-bit word is printed as the host reads it: bytes are turned round on little-endian machines. */
export function parseAddress(hex: string, littleEndian: boolean): string {
  const bytes: number[] = [];
  for (let at = 0; at + 8 <= hex.length; at += 8) {
    const word = [0, 2, 4, 6].map((i) => Number.parseInt(hex.slice(at + i, at + i + 2), 16));
    bytes.push(...(littleEndian ? word.reverse() : word));
  }
  return bytes.length === 4 ? bytes.join(".") : ipv6Text(bytes);
}

/** RFC 5952: the longest run of zero groups becomes "::"; mapped IPv4 keeps its dots. */
function ipv6Text(bytes: readonly number[]): string {
  const mapped = bytes.slice(0, 10).every((b) => b === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (mapped) return `::ffff:${bytes.slice(12).join(".")}`;
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16),
  );
  const runs = groups.map((_, start) => {
    let end = start;
    while (groups[end] === "0") end += 1;
    return { start, length: end - start };
  });
  const best = runs.reduce((a, b) => (b.length > a.length ? b : a), { start: 0, length: 0 });
  if (best.length < 2) return groups.join(":");
  return `${groups.slice(0, best.start).join(":")}::${groups.slice(best.start + best.length).join(":")}`;
}

/** A socket before it is known who holds it. */
export type BareSocket = Omit<SocketRecord, "pids">;

/** /proc/net/tcp, tcp6, udp and udp6. Lines that do not fit are skipped. */
export function parseInet(
  text: string,
  protocol: Exclude<SocketRecord["protocol"], "unix" | "packet">,
  littleEndian: boolean,
): readonly BareSocket[] {
  const records: BareSocket[] = [];
  for (const line of text.split("\n").slice(1)) {
    const [, local, remote, state, , , , uid, , inode] = line.trim().split(/ +/);
    const [localHex, localPort] = (local ?? "").split(":");
    const [remoteHex, remotePort] = (remote ?? "").split(":");
    if (
      localHex === undefined ||
      localPort === undefined ||
      remoteHex === undefined ||
      remotePort === undefined
    )
      continue;
    const name = tcpStates[Number.parseInt(state ?? "", 16)] ?? "UNKNOWN";
    records.push({
      protocol,
      // A UDP or raw socket that is not connected is in state 7.
      state: !protocol.startsWith("tcp") && name === "CLOSE" ? "UNCONN" : name,
      localAddress: parseAddress(localHex, littleEndian),
      localPort: Number.parseInt(localPort, 16),
      remoteAddress: parseAddress(remoteHex, littleEndian),
      remotePort: Number.parseInt(remotePort, 16),
      uid: Number(uid),
      inode: Number(inode),
    });
  }
  return records;
}

const unixStates = ["FREE", "UNCONNECTED", "CONNECTING", "CONNECTED", "DISCONNECTING"] as const;
const acceptsConnections = 0x10000;

/** /proc/net/unix. It does not tell the owner (uid -1); localAddress is the path, "@…" for an abstract name. */
export function parseUnix(text: string): readonly BareSocket[] {
  const records: BareSocket[] = [];
  for (const line of text.split("\n").slice(1)) {
    const match = /^\S+ \S+ \S+ ([0-9A-Fa-f]+) \S+ ([0-9A-Fa-f]+) +(\d+)(?: (.*))?$/.exec(line.trim());
    if (match === null) continue;
    const [, flags = "0", state = "0", inode = "0", path = ""] = match;
    const listens = (Number.parseInt(flags, 16) & acceptsConnections) !== 0;
    records.push({
      protocol: "unix",
      state: listens ? "LISTEN" : (unixStates[Number.parseInt(state, 16)] ?? "UNKNOWN"),
      localAddress: path,
      localPort: 0,
      remoteAddress: "",
      remotePort: 0,
      uid: -1,
      inode: Number(inode),
    });
  }
  return records;
}
