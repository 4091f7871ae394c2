import type { HostFact } from "../../model/live-records.ts";
import { read, unread } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import type { Sources } from "../sources.ts";
import {
  parseArp,
  parseDevices,
  parseHosts,
  parseResolvers,
  parseRoutes,
  parseRoutes6,
} from "./net-format.ts";
import { small } from "./proc-text.ts";
import { tunnelProcesses } from "./tunnels.ts";

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const places: readonly (readonly [string, (text: string, path: string) => readonly HostFact[]])[] = [
  ["/proc/net/dev", parseDevices],
  ["/proc/net/route", (text, path) => parseRoutes(text, path, littleEndian)],
  ["/proc/net/ipv6_route", parseRoutes6],
  ["/proc/net/arp", parseArp],
  ["/etc/resolv.conf", parseResolvers],
  ["/etc/hosts", parseHosts],
];

/** Interfaces, routes, neighbours, resolvers, fixed names, and processes that open a way in or out. */
export async function readNetwork(sources: Sources): Promise<Reading<HostFact>> {
  if (!sources.target.live) return unread("missing", "only a live host has a network");
  const found = await Promise.all(
    places.map(async ([path, parse]) => {
      const text = await small(sources, path);
      return text === undefined ? undefined : parse(text, path);
    }),
  );
  if (found.every((facts) => facts === undefined)) return unread("missing", "nothing of /proc/net is there");
  const { outcome, reason, records: processes } = await sources.readings.get("processes", sources);
  const blind = outcome === "ok" || outcome === "partial" ? [] : [reason ?? outcome];
  return read([...found.flatMap((facts) => facts ?? []), ...tunnelProcesses(processes)], blind);
}

export const network: Collector = {
  id: "network",
  title: "Network: interfaces, routes, neighbours, resolvers, names, tunnels",
  stage: "volatile",
  attack: ["T1016", "T1572", "T1090", "T1565.001"],
  liveOnly: true,
  timeoutMs: 30_000,
  collect: fromReading("network"),
};
