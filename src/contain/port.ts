/** Whether the gateway's port is closed: nobody listens, and no connection is accepted, on loopback and where it was bound. */
import type { Host, ProcessRecord, SocketRecord } from "../host/host.ts";
import type { Stopping } from "./types.ts";

export interface PortLook {
  readonly closed: boolean;
  /** Who listens; empty when it is closed, or when that may not be read. */
  readonly holders: readonly ProcessRecord[];
}

const connectMs = 300;

/** Addresses to try: both loopbacks and every address that something listened at before the stop. */
export async function addressesOf(host: Host, port: number): Promise<readonly string[]> {
  const bound = (await listeners(host, port))
    .map((socket) => socket.localAddress)
    .filter((address) => address !== "" && !/^(?:0\.0\.0\.0|::|\*|127\.0\.0\.1|::1)$/.test(address));
  return ["127.0.0.1", "::1", ...new Set(bound)];
}

export async function lookAtPort(
  { host }: Pick<Stopping, "host">,
  port: number,
  addresses: readonly string[],
): Promise<PortLook> {
  const sockets = await listeners(host, port);
  if (sockets.length === 0) {
    const answers = await Promise.all(
      addresses.map((address) => host.http.portOpen(address, port, connectMs)),
    );
    return { closed: !answers.includes(true), holders: [] };
  }
  const holders: ProcessRecord[] = [];
  for (const pid of new Set(sockets.flatMap((socket) => socket.pids))) {
    const holder = await host.processes.get(pid);
    if (holder !== undefined) holders.push(holder);
  }
  return { closed: false, holders };
}

/** Quick enough for a loop: connects to loopback only. */
export async function answersOnLoopback(host: Host, port: number): Promise<boolean> {
  return host.http.portOpen("127.0.0.1", port, connectMs);
}

async function listeners(host: Host, port: number): Promise<readonly SocketRecord[]> {
  const sockets = await host.processes.sockets();
  return sockets.filter(
    (socket) =>
      socket.localPort === port && socket.protocol.startsWith("tcp") && /^LISTEN/i.test(socket.state),
  );
}
