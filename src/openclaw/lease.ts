import type { Host } from "../host/host.ts";
import { at, num, parseJson, str } from "../model/json.ts";
import { openCopy } from "./database.ts";
import { claimants } from "./gateway-claims.ts";
import type { Claims, Scene } from "./gateway-claims.ts";
import type { GatewayLock } from "./lock.ts";
import type { Installation } from "./types.ts";
import type { FileView } from "./view.ts";

/** Copying a larger database only to ask for its owner would cost more than it tells. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Where neither lock nor port nor environment shows a gateway: the lease that it keeps in `state_leases` (scope
 * "gateway-owner", from a copy), judged like a lock. What was found before stays.
 */
export async function claimsOfLease(
  host: Host,
  installation: Installation,
  view: FileView,
  scene: Scene,
  before: Claims,
  copiesIn: string,
): Promise<Claims> {
  const lease = await readLease(host, installation, view, copiesIn).catch(() => undefined);
  if (lease === undefined) return before;
  const found = claimants(scene, [{ lock: lease, inContainer: false }], []);
  const alive = found.gateways.length > 0;
  return {
    gateways: found.gateways,
    port: alive ? found.port : before.port,
    evidence: [...before.evidence, ...found.evidence.map((text) => text.replace("lock file", "lease"))],
    warnings: [
      ...before.warnings,
      ...found.warnings.map((text) => text.replace("the lock file", "the")),
    ].filter((text, i, all) => all.indexOf(text) === i),
  };
}

async function readLease(
  host: Host,
  installation: Installation,
  view: FileView,
  copiesIn: string,
): Promise<GatewayLock | undefined> {
  const place = installation.databases.find((one) => one.kind === "state");
  const stat = place === undefined ? undefined : await view.stat(place.path);
  if (place === undefined || stat === undefined || stat.size > maxBytes) return undefined;
  const folder = await host.fs.scratch(copiesIn, "claw-ir-lease-");
  try {
    const opened = await openCopy(host, view, { path: place.path, shown: place.path, folder });
    if (!opened.ok) return undefined;
    try {
      const rows = opened.db.all(
        "SELECT payload_json AS p FROM state_leases WHERE scope = 'gateway-owner' ORDER BY updated_at DESC LIMIT 1",
      );
      return leaseOf(str(rows[0]?.["p"]) ?? "", host.facts.hostname, installation.target.stateDir);
    } finally {
      opened.db.close();
    }
  } finally {
    await host.fs.removeScratch(folder);
  }
}

/** `{"owner":{"pid","host","startedAt"},"port",…}`; another host's lease says nothing about this one. Pure. */
export function leaseOf(payload: string, hostname: string, stateDir: string): GatewayLock | undefined {
  const value = parseJson(payload);
  const pid = num(at(value, "owner", "pid"));
  const startTime = num(at(value, "owner", "startedAt"));
  const port = num(at(value, "port"));
  if (
    pid === undefined ||
    pid <= 1 ||
    startTime === undefined ||
    str(at(value, "owner", "host")) !== hostname
  )
    return undefined;
  return {
    file: "lease in state_leases",
    pid,
    startTime,
    stateDir,
    role: "gateway",
    ...(port === undefined ? {} : { port }),
  };
}
