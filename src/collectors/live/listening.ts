import type { CollectResult, Collector } from "../collector.ts";
import { isNetwork } from "./sockets.ts";

/** Loopback by address text: 127.0.0.0/8, ::1 and IPv4 addresses mapped into IPv6. */
export function isLoopback(address: string): boolean {
  const bare = address
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/^::ffff:/, "");
  return bare === "::1" || bare === "0:0:0:0:0:0:0:1" || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

export const listening: Collector = {
  id: "listening-ports",
  title: "Listening ports",
  stage: "collect",
  attack: ["T1571", "T1205"],
  liveOnly: true,
  timeoutMs: 30_000,
  rootAdds: "the processes behind other users' ports",
  collect: async (context): Promise<CollectResult> => {
    const { outcome, reason, records } = await context.readings.get("sockets", context);
    const open = records.filter((socket) => socket.listening && isNetwork(socket));
    return {
      outcome,
      reason,
      records: open.map((socket) => ({ ...socket, beyondLoopback: !isLoopback(socket.localAddress) })),
    };
  },
};
