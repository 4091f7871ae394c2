import { basename } from "node:path";
import { sidecarPath } from "../../archive/index.ts";
import type { Host } from "../../host/host.ts";
import { at, dict, num, parseJson, str } from "../../model/json.ts";

/** What an archive's sidecar says, as far as a drill needs it; a broken or foreign one says nothing. Not authenticated. */
export interface SidecarFacts {
  readonly kind?: string;
  readonly createdAt?: string;
  readonly plainBytes?: number;
}

export async function readSidecarOf(host: Pick<Host, "fs">, archive: string): Promise<SidecarFacts> {
  const text = await host.fs.readText(sidecarPath(archive), { maxBytes: 16 * 1024 * 1024 }).catch(() => "");
  const sidecar = dict(parseJson(text));
  if (str(sidecar["archive"]) !== basename(archive)) return {};
  const [kind, createdAt] = [str(sidecar["kind"]), str(sidecar["createdAt"])];
  const plainBytes = num(at(sidecar, "manifest", "plainBytes"));
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(plainBytes === undefined ? {} : { plainBytes }),
  };
}
