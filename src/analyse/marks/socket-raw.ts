import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "socket-raw",
  title: "Process that sees traffic which is not its own",
  severity: "medium",
  attack: ["T1040", "T1205.002"],
} as const;

/** Programs that cannot work without one. */
const usual =
  /^(?:dhclient|dhcpcd|NetworkManager|systemd-network|systemd-networ|udhcpc|wpa_supplicant|lldpd|arping|ping|ping6|tcpdump|dumpcap|wireshark|keepalived|avahi-daemon|radvd|chronyd|tailscaled|dnsmasq|hostapd|nm-.*|connmand|iwd|ModemManager|ntpd|ospfd|bird|zebra|mtr-packet|traceroute)$/;

export const socketRaw: Mark = {
  ...base,
  needs: ["sockets"],
  evaluate: (input) =>
    input.readings.sockets.records.flatMap((socket) => {
      const packet = socket.protocol === "packet";
      if (!packet && !socket.protocol.startsWith("raw")) return [];
      const holder = socket.holders.find(({ comm }) => !usual.test(comm));
      if (holder === undefined) return [];
      return [
        finding(base, {
          key: `${socket.protocol}\0${holder.pid}\0${holder.comm}\0${socket.localPort}`,
          summary: `process ${holder.pid} ${quoted(input, holder.comm, 20)} holds a ${packet ? "packet" : "raw"} socket (protocol ${socket.localPort})`,
          evidence: [
            evidenceAt("sockets", {
              path: `/proc/net/${socket.protocol}`,
              locator: `${socket.localAddress} protocol ${socket.localPort}`,
            }),
          ],
          next: ["find out what it is: a sniffer reads passwords, and a back door may wait for a packet"],
        }),
      ];
    }),
};
