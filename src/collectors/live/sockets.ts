import { counted } from "../../model/text.ts";
import { messageOf } from "../../model/errors.ts";
import type { SocketSeen } from "../../model/host-records.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";

const maxSockets = 100_000;

/** Sockets joined to the processes that hold them. UDP has no LISTEN state: an unconnected one counts as listening. */
export async function readSockets(sources: Sources): Promise<Reading<SocketSeen>> {
  if (!sources.target.live) return unread("missing", "only a live host has sockets");
  try {
    const { records: known } = await sources.readings.get("processes", sources);
    const names = new Map(known.map((process) => [process.pid, process.comm]));
    const all = await sources.host.processes.sockets();
    const records = all.slice(0, maxSockets).map((socket): SocketSeen => {
      const udp = socket.protocol.startsWith("udp");
      return {
        protocol: socket.protocol,
        state: socket.state,
        localAddress: socket.localAddress,
        localPort: socket.localPort,
        remoteAddress: socket.remoteAddress,
        remotePort: socket.remotePort,
        uid: socket.uid,
        listening: socket.state === "LISTEN" || (udp && socket.remotePort === 0),
        holders: socket.pids.map((pid) => ({ pid, comm: names.get(pid) ?? "" })),
      };
    });
    const orphans = records.filter((socket) => isNetwork(socket) && isOrphan(socket)).length;
    return read(records, [
      ...(orphans > 0 ? [`${counted(orphans, "listening socket")} whose process may not be read`] : []),
      ...(all.length > maxSockets
        ? [`${all.length} sockets are open, the first ${maxSockets} are listed`]
        : []),
    ]);
  } catch (error) {
    return unread("error", `sockets could not be read: ${messageOf(error)}`);
  }
}

/** Not a socket within the machine. */
export function isNetwork({ protocol }: Pick<SocketSeen, "protocol">): boolean {
  return protocol !== "unix";
}

/** A kernel's own socket (NFS, WireGuard) has no holder either, and is rare enough to be told. */
function isOrphan({ listening, holders }: SocketSeen): boolean {
  return listening && holders.length === 0;
}

export const sockets: Collector = {
  id: "sockets",
  title: "Sockets and who holds them",
  stage: "volatile",
  attack: ["T1049", "T1571", "T1572", "T1205.002", "T1040"],
  liveOnly: true,
  timeoutMs: 30_000,
  rootAdds: "the processes behind other users' sockets",
  collect: fromReading("sockets"),
};
