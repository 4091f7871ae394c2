/** Folders of /proc. */
import { readdirSync } from "node:fs";

/** Empty where it may not be read. */
export function entries(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The numbers that /proc admits to. */
export function listedPids(): readonly number[] {
  return entries("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
