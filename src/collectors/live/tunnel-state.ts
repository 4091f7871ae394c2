import { dict, isDict, parseJson } from "../../model/json.ts";
import { read } from "../../model/outcome.ts";
import { ask } from "../ask.ts";
import type { CollectContext, CollectResult, Collector } from "../collector.ts";

const limits = { timeoutMs: 5000, maxBytes: 1 << 20 } as const;

/** Whether a daemon is there to ask: without its socket the program is not even started. */
async function isThere({ host, target }: CollectContext, path: string): Promise<boolean> {
  return (await host.fs.stat(target.toReal(path)).catch(() => undefined)) !== undefined;
}

/** `tailscale serve status --json`: what is served, and which of it the whole internet may ask for (funnel). */
export function parseServe(text: string): readonly object[] {
  const config = dict(parseJson(text));
  const open = dict(config["AllowFunnel"]);
  const web = Object.entries(dict(config["Web"])).map(([name, value]) => ({
    kind: "tailscale-web",
    name,
    public: open[name] === true,
    handlers: dict(dict(value)["Handlers"]),
  }));
  const tcp = Object.entries(dict(config["TCP"])).map(([port, value]) => ({
    kind: "tailscale-tcp",
    name: port,
    public: Object.keys(open).some((name) => name.endsWith(`:${port}`) && open[name] === true),
    handler: dict(value),
  }));
  return [...web, ...tcp];
}

async function collect(context: CollectContext): Promise<CollectResult> {
  const { host } = context;
  const reasons: string[] = [];
  const records: unknown[] = [];
  if (await isThere(context, "/run/tailscale/tailscaled.sock")) {
    const told = await ask(host, ["tailscale", "serve", "status", "--json"], limits);
    if (told.ok && isDict(parseJson(told.stdout))) records.push(...parseServe(told.stdout));
    else reasons.push(told.ok ? "tailscale serve said no JSON" : told.reason);
  }
  // The interface is there; its peers are told to root only, and never with a private key ("dump" would have it).
  if ((await isThere(context, "/sys/module/wireguard")) && host.facts.uid === 0) {
    for (const what of ["endpoints", "allowed-ips", "latest-handshakes"] as const) {
      const told = await ask(host, ["wg", "show", "all", what], limits);
      if (told.ok)
        records.push(
          ...told.stdout
            .split("\n")
            .filter(Boolean)
            .map((text) => ({ kind: `wireguard-${what}`, text })),
        );
      else if (told.outcome !== "missing") reasons.push(told.reason);
    }
  }
  if (records.length === 0 && reasons.length === 0)
    return { outcome: "missing", reason: "neither tailscale nor WireGuard runs here", records };
  return read(records, reasons);
}

export const tunnelState: Collector = {
  id: "tunnel-state",
  title: "What tailscale serves, and WireGuard's peers",
  stage: "collect",
  attack: ["T1572", "T1090"],
  liveOnly: true,
  timeoutMs: 30_000,
  rootAdds: "WireGuard's peers",
  collect,
};
