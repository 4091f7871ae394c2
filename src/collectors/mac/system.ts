import type { Ground } from "../files.ts";
import { readFile } from "../files.ts";

/** Whether the examined disk is a Mac's, also one that is mounted on another system. */
export async function isMac(ground: Ground): Promise<boolean> {
  if (ground.target.root === "/" && ground.host.facts.platform === "darwin") return true;
  const file = await readFile(ground, "/System/Library/CoreServices/SystemVersion.plist", 65_536);
  if (file.ok) return true;
  // The data volume alone, without the sealed system volume.
  return (await readFile(ground, "/private/var/db/.AppleSetupDone", 1)).ok;
}
