/** Processes that make a way to this machine from outside, or from it into another network. Pure. */
import type { ProcessSeen } from "../../model/host-records.ts";
import type { HostFact } from "../../model/live-records.ts";
import { sshForward } from "./ssh-forward.ts";

/** By the program's name. "daemon": it is there on many hosts; what it lets in is told by its own state. */
const programs: ReadonlyMap<string, "tunnel" | "daemon"> = new Map([
  ["cloudflared", "tunnel"],
  ["ngrok", "tunnel"],
  ["frpc", "tunnel"],
  ["frps", "tunnel"],
  ["bore", "tunnel"],
  ["chisel", "tunnel"],
  ["gost", "tunnel"],
  ["ligolo-agent", "tunnel"],
  ["rathole", "tunnel"],
  ["gsocket", "tunnel"],
  ["gs-netcat", "tunnel"],
  ["localtunnel", "tunnel"],
  ["lt", "tunnel"],
  ["pagekite", "tunnel"],
  ["zrok", "tunnel"],
  ["playit", "tunnel"],
  ["devtunnel", "tunnel"],
  ["autossh", "tunnel"],
  ["sshuttle", "tunnel"],
  ["wireproxy", "tunnel"],
  ["iodine", "tunnel"],
  ["dnscat", "tunnel"],
  ["tor", "tunnel"],
  ["openvpn", "tunnel"],
  ["wireguard-go", "tunnel"],
  ["zerotier-one", "daemon"],
  ["tailscaled", "daemon"],
  ["nebula", "tunnel"],
]);

/** Programs with a tunnel of their own: name of the program and its first argument. */
const modes: readonly (readonly [string, RegExp])[] = [
  ["code", /^tunnel$/],
  ["code-tunnel", /./],
  ["tailscale", /^(?:serve|funnel)$/],
  ["socat", /(?:TCP|OPENSSL|UDP)[46]?(?:-LISTEN)?:/i],
];

export function tunnelProcesses(processes: readonly ProcessSeen[]): readonly HostFact[] {
  return processes.flatMap((process) => {
    const how = tunnelOf(process);
    if (how === undefined) return [];
    const fact: HostFact = {
      kind: "tunnel-process",
      name: how.name,
      detail: process.argv.join(" ").slice(0, 4096),
      at: process.startedAt,
      traits: how.daemon === true ? [] : ["tunnel"],
      data: { pid: process.pid, user: process.user ?? String(process.uid), how: how.says },
      place: { path: `/proc/${process.pid}` },
    };
    return [fact];
  });
}

interface How {
  readonly name: string;
  readonly says: string;
  readonly daemon?: true;
}

function tunnelOf({ argv, exe, comm }: ProcessSeen): How | undefined {
  const names = new Set(
    [argv[0] ?? "", exe ?? "", comm].map((text) => text.slice(text.lastIndexOf("/") + 1)),
  );
  if (names.has("ssh")) {
    const says = sshForward(argv);
    return says === undefined ? undefined : { name: "ssh", says };
  }
  for (const name of names) {
    const kind = programs.get(name.toLowerCase());
    if (kind === "daemon") return { name, says: "a network of its own", daemon: true };
    if (kind === "tunnel") return { name, says: "made to reach through firewalls" };
  }
  for (const [name, mode] of modes) {
    if (names.has(name) && argv.slice(1, 4).some((argument) => mode.test(argument)))
      return { name, says: `${name} ${argv[1] ?? ""}` };
  }
  return undefined;
}
