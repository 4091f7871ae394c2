import { messageOf } from "../../model/errors.ts";
import type { SocketSeen } from "../../model/host-records.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";

/** Network sockets joined to the processes that hold them. UDP has no LISTEN state: an unconnected one counts as listening. */
export async function readSockets(sources: Sources): Promise<Reading<SocketSeen>> {
  if (!sources.target.live) return unread("missing", "only a live host has sockets");
  try {
    const { records: known } = await sources.readings.get("processes", sources);
    const names = new Map(known.map((process) => [process.pid, process.comm]));
    const all = await sources.host.processes.sockets();
    const network = all.filter((socket) => socket.protocol !== "unix");
    const records = network.map((socket): SocketSeen => {
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
    const orphans = records.filter((socket) => socket.listening && socket.holders.length === 0).length;
    return read(
      records,
      orphans > 0 ? [`${orphans} listening sockets belong to processes that may not be read`] : [],
    );
  } catch (error) {
    return unread("error", `sockets could not be read: ${messageOf(error)}`);
  }
}

export const sockets: Collector = {
  id: "sockets",
  title: "Network sockets and who holds them",
  stage: "volatile",
  attack: ["T1049", "T1571", "T1572"],
  liveOnly: true,
  timeoutMs: 5000,
  rootAdds: "the processes behind other users' sockets",
  collect: fromReading("sockets"),
};
