/**
 * More of /proc as records, pure functions: what a process has mapped and may use, and sockets below the transport layer.
 * Formats: proc(5), packet(7).
 */
import type { MemoryRegion } from "../processes.ts";
import type { BareSocket } from "./proc-format.ts";

/** /proc/net/packet: sockets that see the frames of an interface (0: of all). The port is the Ethernet protocol, 3 all of them. */
export function parsePacket(text: string): readonly BareSocket[] {
  const records: BareSocket[] = [];
  for (const line of text.split("\n").slice(1)) {
    const match = /^\S+ +\d+ +\d+ +([0-9a-fA-F]{1,4}) +(\d+) +\d+ +\d+ +(\d+) +(\d+)$/.exec(line.trim());
    if (match === null) continue;
    const [, ethernet = "0", device = "0", uid = "-1", inode = "0"] = match;
    records.push({
      protocol: "packet",
      state: "OPEN",
      localAddress: device === "0" ? "all interfaces" : `interface ${device}`,
      localPort: Number.parseInt(ethernet, 16),
      remoteAddress: "",
      remotePort: 0,
      uid: Number(uid),
      inode: Number(inode),
    });
  }
  return records;
}

const deletedMark = " (deleted)";

/** /proc/PID/maps. A newline in a path is spelled \012 by the kernel, so that a path cannot forge a line. */
export function parseMaps(text: string): readonly MemoryRegion[] {
  const regions: MemoryRegion[] = [];
  for (const line of text.split("\n")) {
    const match = /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([r-][w-][x-][sp]) [0-9a-f]+ \S+ \d+ *(.*)$/.exec(line);
    if (match === null) continue;
    const [, from = "0", to = "0", access = "", path = ""] = match;
    const deleted = path.endsWith(deletedMark);
    regions.push({
      access,
      bytes: Math.max(0, Number.parseInt(to, 16) - Number.parseInt(from, 16)),
      path: deleted ? path.slice(0, -deletedMark.length) : path,
      deleted,
    });
  }
  return regions;
}

/** /proc/PID/limits: the name of a limit and its soft value. */
export function parseLimits(text: string): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const line of text.split("\n").slice(1)) {
    const match = /^(Max [a-z- ]*?[a-z]) {2,}(unlimited|\d+) /.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) found.push([match[1], match[2]]);
  }
  return Object.fromEntries(found);
}
