import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { extract } from "tar";
import { locations } from "./locations.ts";

const state = fileURLToPath(new URL("../fixtures/states/state-2026.9.6.tar.gz", import.meta.url));

export interface Planted {
  /** The folder that stands for "/". */
  readonly root: string;
  /** Real path of the examined home, /home/claw. */
  readonly home: string;
}

/** A disk with a state of OpenClaw 2026.9.6 and a sample at every location, in an empty folder. */
export async function plantDisk(root: string): Promise<Planted> {
  const home = join(root, "home/claw");
  mkdirSync(home, { recursive: true });
  await extract({ file: state, cwd: home, preservePaths: true });
  for (const { path, content, mode } of locations) {
    const real = path.startsWith("~/") ? join(home, path.slice(2)) : join(root, path);
    mkdirSync(dirname(real), { recursive: true });
    writeFileSync(real, content);
    chmodSync(real, mode ?? 0o644);
  }
  return { root, home };
}

/** A location's sample as the examined host names it. */
export function hostPath(path: string): string {
  return path.startsWith("~/") ? `/home/claw/${path.slice(2)}` : path;
}
