import type { Host, RunResult } from "../host/host.ts";
import type { StandIn } from "./start.ts";

const absent: RunResult = {
  code: null,
  stdout: "",
  stderr: "",
  timedOut: false,
  truncated: false,
  missing: true,
};
/** Programs that only read what they are given; service managers and containers are the user's own. */
const allowed: ReadonlySet<string> = new Set(["git", "gpg"]);

/** The real host, narrowed to the demonstration: its own processes, loopback only, no service manager. */
export function narrowHost(host: Host, root: string, gateway: StandIn): Host {
  return {
    ...host,
    facts: { ...host.facts, hostname: "demo-host", user: "claw", home: `${root}/home/claw` },
    run: (argv, options) => (allowed.has(argv[0]) ? host.run(argv, options) : Promise.resolve(absent)),
    http: {
      request: (request) =>
        isLoopback(request.url)
          ? host.http.request(request)
          : Promise.resolve({
              ok: false,
              reason: "other",
              detail: "the demonstration stays on this machine",
            }),
      portOpen: (name, port, timeoutMs) => host.http.portOpen(name, port, timeoutMs),
      webSocket: (url, timeoutMs) =>
        isLoopback(url) ? host.http.webSocket(url, timeoutMs) : Promise.resolve(undefined),
    },
    processes: {
      ...host.processes,
      list: async () => {
        const all = await host.processes.list({ hidden: false });
        return {
          processes: all.processes.filter((one) => gateway.owns(one, all.processes)),
          hidden: [],
          denied: 0,
        };
      },
      sockets: async () => {
        const { processes } = await host.processes.list({ hidden: false });
        const ours = new Set(processes.filter((one) => gateway.owns(one, processes)).map((one) => one.pid));
        return (await host.processes.sockets()).filter((socket) => socket.pids.some((pid) => ours.has(pid)));
      },
      logins: () => Promise.resolve([{ user: "claw", line: "pts/0", host: "198.51.100.7", pid: 0 }]),
    },
  };
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "127.0.0.1" || hostname === "[::1]" || hostname === "localhost";
}
