import { ownedScratch } from "../../../case/owned-scratch.ts";
import type { Host } from "../../../host/host.ts";

/** A private folder in the data folder for what is in the clear while restic works; whoever makes it removes it. */
export function resticScratch(host: Host, dataDir: string): Promise<string> {
  return ownedScratch(host, dataDir, "restic-");
}
