import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { at, str } from "../model/json.ts";
import { placeOf } from "./agents.ts";
import { profileSuffix } from "./target.ts";
import type { Installation } from "./types.ts";
import { viewOf } from "./view.ts";

const maxFiles = 500;

/**
 * Log files that exist: `/tmp/openclaw/openclaw[-PROFILE]-DATE.log` (shared by all default-profile gateways of a user),
 * its fallback `/tmp/openclaw-UID`, `logging.file`, and `logs/` of the state dir. Real paths, sorted.
 */
export async function logPlaces(host: Host, installation: Installation): Promise<readonly string[]> {
  const { target, config } = installation;
  const view = viewOf(host, target);
  const found = new Set<string>();
  const addFrom = async (dir: string, name: RegExp): Promise<void> => {
    for (const entry of await view.list(dir).catch(() => []))
      if (name.test(entry.name) && entry.kind !== "dir" && found.size < maxFiles)
        found.add(join(dir, entry.name));
  };
  const own = new RegExp(
    `^(?:openclaw|clawdbot)${profileSuffix(target)}-\\d{4}-\\d\\d-\\d\\d\\.log(?:\\.\\d+)?$`,
  );
  for (const dir of tmpFolders(host, installation)) await addFrom(dir, own);
  const configured = str(at(config.value, "logging", "file"));
  if (configured !== undefined) {
    const place = placeOf(installation)(configured);
    if ("path" in place && (await view.stat(place.path).catch(() => undefined))?.kind === "file")
      found.add(place.path);
  }
  await addFrom(join(target.stateDir, "logs"), /\.(?:log|jsonl)(?:\.\d+)?$/);
  return [...found].sort();
}

function tmpFolders(host: Host, installation: Installation): readonly string[] {
  const { target } = installation;
  const names = ["openclaw", "clawdbot", `openclaw-${host.facts.uid}`];
  const parents = target.live ? new Set(["/tmp", host.facts.tmp]) : new Set([target.toReal("/tmp")]);
  // A copied state was written elsewhere: this machine's logs are not its logs.
  if (!target.live && target.root === "/") return [];
  return [...parents].flatMap((parent) => names.map((name) => join(parent, name)));
}
