import { at, dict, isDict, parseJson, str } from "../../model/json.ts";
import { namesSecret } from "../../model/secret-names.ts";
import { textOf } from "../files.ts";
import { glob } from "../glob.ts";
import { type Scribe, sourceOf, wholeText } from "./scribe.ts";
import { shownSetting, withoutLogins } from "./secret-text.ts";

/** Configuration of programs that let somebody in from outside past a firewall, by the program's name. */
const files: readonly (readonly [program: string, patterns: readonly string[]])[] = [
  [
    "cloudflared",
    [
      "~/.cloudflared/*.yml",
      "~/.cloudflared/*.yaml",
      "/etc/cloudflared/*.yml",
      "/usr/local/etc/cloudflared/*.yml",
    ],
  ],
  [
    "ngrok",
    [
      "~/.config/ngrok/ngrok.yml",
      "~/.ngrok2/ngrok.yml",
      "~/Library/Application Support/ngrok/ngrok.yml",
      "/etc/ngrok.yml",
    ],
  ],
  [
    "frp",
    [
      "/etc/frp/*.toml",
      "/etc/frp/*.ini",
      "~/.frp/*.toml",
      "~/frp/frpc.*",
      "/opt/frp/frpc.*",
      "~/.config/frp/*",
    ],
  ],
  ["wireguard", ["/etc/wireguard/*.conf", "~/.config/wireguard/*.conf", "/usr/local/etc/wireguard/*.conf"]],
  ["openvpn", ["/etc/openvpn/*.conf", "/etc/openvpn/client/*.conf", "/etc/openvpn/server/*.conf"]],
  [
    "bore, rathole, chisel, gost",
    ["/etc/rathole/*.toml", "~/.config/rathole/*.toml", "/etc/gost/*", "~/.config/gost/*"],
  ],
  ["proxychains", ["/etc/proxychains*.conf", "~/.proxychains/*.conf"]],
  ["sshuttle, autossh", ["/etc/sshuttle/*", "/etc/default/autossh", "~/.config/autossh/*"]],
  ["zerotier", ["/var/lib/zerotier-one/networks.d/*.conf"]],
];
/** Commands of a configuration that run on their own, such as PostUp of wg-quick(8) and up of openvpn(8). */
const command =
  /^(?:PreUp|PostUp|PreDown|PostDown|up|down|route-up|ipchange|client-connect|learn-address|plugin)\b/;
const maxLines = 200;

/** Lines with their secrets as marks, split into what runs and what is merely set. */
function settingsOf(
  scribe: Scribe,
  text: string,
): { readonly runs: readonly string[]; readonly sets: readonly string[] } {
  const { redactor } = scribe.sources;
  const lines = text.split("\n").map((line) => line.trim());
  const telling = lines
    .filter((line) => line !== "" && !/^[#;[]/.test(line) && !line.startsWith("<"))
    .slice(0, maxLines);
  const shown = telling.map((line) => {
    const match = /^-?\s*["']?([\w.-]{1,80})["']?\s*[:= ]\s*["']?(.*?)["']?$/.exec(line);
    const [, name, value] = match ?? [];
    const secret = name !== undefined && value !== undefined && (namesSecret(name) || /key$/i.test(name));
    return secret && !/^public|file$/i.test(name)
      ? shownSetting(redactor, `${name} (secret)`, value)
      : withoutLogins(redactor, line);
  });
  return {
    runs: shown.filter((line) => command.test(line)),
    sets: shown.filter((line) => !command.test(line)),
  };
}

/** What `tailscale serve` and `funnel` publish: kept in the daemon's state as base64 of JSON, beside private keys. */
export function servedByTailscale(state: string): readonly string[] {
  const value = dict(parseJson(state));
  return Object.entries(value).flatMap(([key, encoded]) => {
    if (!key.startsWith("_serve/")) return [];
    const config = parseJson(Buffer.from(str(encoded) ?? "", "base64").toString("utf8"));
    return [...published(config), ...funnelled(config)];
  });
}

function published(config: unknown): readonly string[] {
  const web = Object.entries(dict(dict(config)["Web"])).flatMap(([host, site]) =>
    Object.entries(dict(dict(site)["Handlers"])).map(([path, handler]) => {
      const to = str(at(handler, "Proxy")) ?? str(at(handler, "Path")) ?? "text";
      return `serve ${host}${path} → ${to}`;
    }),
  );
  const tcp = Object.entries(dict(dict(config)["TCP"])).flatMap(([port, handler]) => {
    const to = isDict(handler) ? str(handler["TCPForward"]) : undefined;
    return to === undefined ? [] : [`serve tcp ${port} → ${to}`];
  });
  return [...web, ...tcp];
}

function funnelled(config: unknown): readonly string[] {
  const open = Object.entries(dict(dict(config)["AllowFunnel"])).filter(([, on]) => on === true);
  return open.map(([host]) => `funnel ${host} is open to the internet`);
}

async function addTailscale(scribe: Scribe): Promise<void> {
  for (const path of ["/var/lib/tailscale/tailscaled.state", "/Library/Tailscale/tailscaled.state"]) {
    const file = await scribe.file(path, 4 << 20);
    if (file === undefined) continue;
    const sets = servedByTailscale(textOf(file.bytes));
    scribe.add({ name: "tailscale", file, trigger: "start of tailscaled", sets });
  }
}

export const tunnels = sourceOf(
  {
    id: "tunnels",
    title: "Tunnels and private networks that are configured",
    attack: ["T1572", "T1090", "T1133"],
    timeoutMs: 30_000,
    rootAdds: "what tailscale publishes, and the configuration of WireGuard",
    platform: "any",
  },
  async (scribe) => {
    for (const [name, patterns] of files) {
      const { paths, reasons } = await glob(scribe.sources, patterns);
      for (const reason of reasons) scribe.miss(reason);
      for (const path of paths) {
        const file = await scribe.file(path);
        if (file !== undefined)
          scribe.add({
            name,
            file,
            trigger: "start of the program",
            ...settingsOf(scribe, wholeText(scribe, file)),
          });
      }
    }
    await addTailscale(scribe);
  },
);
