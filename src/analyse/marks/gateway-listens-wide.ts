import type { SocketSeen } from "../../model/host-records.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "gateway-listens-wide",
  title: "The gateway listened beyond this machine",
  severity: "high",
  attack: ["T1133"],
} as const;

const loopback = /^(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$|^::1$/i;
/** The kernel cuts a process name after 15 characters. */
const gateway = /^openclaw/;

function isWide(socket: SocketSeen, port: number): boolean {
  // Discovery by multicast is not the control plane.
  if (!socket.listening || !socket.protocol.startsWith("tcp") || loopback.test(socket.localAddress))
    return false;
  return socket.localPort === port || socket.holders.some((holder) => gateway.test(holder.comm));
}

export const gatewayListensWide: Mark = {
  ...base,
  needs: ["sockets"],
  evaluate: (input) =>
    input.readings.sockets.records
      .filter((socket) => isWide(socket, input.gatewayPort))
      .map((socket) => {
        const where = `${socket.localAddress} port ${socket.localPort}`;
        return finding(base, {
          key: `${socket.protocol} ${where}`,
          confidence: "confirmed",
          summary: `${quoted(input, socket.holders[0]?.comm ?? "a process", 20)} listened on ${where}: others on the network could reach it`,
          evidence: [evidenceAt("sockets", { path: `/proc/net/${socket.protocol}`, locator: where })],
          next: [
            "bind the gateway to loopback before it starts again, and look in its log for refused connections",
          ],
        });
      }),
};
