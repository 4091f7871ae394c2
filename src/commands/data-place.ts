import { resolveDataDir } from "../case/index.ts";
import type { Host } from "../host/host.ts";
import type { Edge } from "./edge.ts";
import { enter } from "./incident.ts";
import { wishesOf, type CommonOptions } from "./options.ts";

/**
 * Runs `work` where archives are kept, without looking at OpenClaw's state. With --demo that is the demonstration's folder:
 * what it lists, verifies or prunes must never be the user's. The folder is not made.
 */
export async function withDataDir<T>(
  edge: Edge,
  options: CommonOptions,
  work: (host: Host, dataDir: string) => Promise<T>,
): Promise<T> {
  if (options.demo !== true) {
    const host = await edge.makeHost(wishesOf(options));
    return work(host, await resolveDataDir(host, options.dataDir, [], { make: false }));
  }
  const at = await enter(edge, options, { make: false });
  try {
    return await work(at.host, at.dataDir);
  } finally {
    await at.leave();
  }
}
