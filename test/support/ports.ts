/** Ports for tests that no other test, and no connection that the system gives a port of its own, gets meanwhile. */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

export interface ClaimedPort {
  readonly port: number;
  readonly release: () => void;
}

/** Below what systems hand out by themselves (from 32768 on Linux), and below where claw-ir looks for a free one (20000). */
const [lowest, highest] = [10_100, 18_700] as const;

/**
 * A TCP port of 127.0.0.1 that nobody listens on. It stays this test's own until it is released: who claims one holds the UDP
 * port of the same number, which the system gives to one process at a time and takes back from a dead one.
 */
export async function claimPort(): Promise<ClaimedPort> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const port = randomInt(lowest, highest);
    const claim = createSocket("udp4");
    claim.unref();
    const bound = once(claim, "listening").then(
      () => true,
      () => false,
    );
    claim.bind({ port, address: "127.0.0.1", exclusive: true });
    if ((await bound) && (await isFree(port))) return { port, release: () => void claim.close() };
    claim.close();
  }
  throw new Error("no port could be claimed");
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const bound = once(server, "listening").then(
    () => true,
    () => false,
  );
  server.listen({ port, host: "127.0.0.1", exclusive: true });
  const free = await bound;
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}
