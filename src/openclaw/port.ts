import type { Host } from "../host/host.ts";
import { at, num } from "../model/json.ts";
import type { Dict } from "../model/json.ts";
import { profileSuffix } from "./target.ts";
import type { Target } from "./types.ts";

const defaultPort = 18_789;

/** OpenClaw's order: OPENCLAW_GATEWAY_PORT, the config, a port derived from the profile's name, 18789. */
export function gatewayPort(host: Host, target: Target, config: Dict): number {
  const own = target.live && target.home === host.facts.home;
  const given = own
    ? /^(?:.{1,64}:)?(\d{1,5})$/.exec(host.facts.env["OPENCLAW_GATEWAY_PORT"]?.trim() ?? "")?.[1]
    : undefined;
  const fromEnv = asPort(given === undefined ? undefined : Number(given));
  const profile = profileSuffix(target).slice(1);
  if (fromEnv !== undefined) return fromEnv;
  if (profile === "dev") return 19_001;
  return asPort(num(at(config, "gateway", "port"))) ?? (profile === "" ? defaultPort : profilePort(profile));
}

function asPort(value: number | undefined): number | undefined {
  return value !== undefined && Number.isInteger(value) && value > 0 && value < 65_536 ? value : undefined;
}

/** FNV-1a over the name, as src/config/paths.ts of 2026.9.6 does it. */
function profilePort(profile: string): number {
  let hash = 2_166_136_261;
  for (const byte of new TextEncoder().encode(profile)) hash = Math.imul(hash ^ byte, 16_777_619) >>> 0;
  return 20_000 + (hash % 40_000);
}
