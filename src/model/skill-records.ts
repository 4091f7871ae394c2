/** Skills with their files. */
import type { Place } from "./records.ts";

export interface SkillFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Text files only, at most 256 KiB. */
  readonly text?: string;
  readonly executable: boolean;
  readonly modifiedAt?: string;
}

export interface Skill {
  readonly name: string;
  readonly source: "workspace" | "managed" | "plugin" | "bundled";
  readonly agent?: string;
  readonly description?: string;
  readonly files: readonly SkillFile[];
  /** SHA-256 over the sorted "path sha256" lines of all files. */
  readonly sha256: string;
  readonly modifiedAt?: string;
  readonly uses?: number;
  readonly firstUsedAt?: string;
  readonly lastUsedAt?: string;
  readonly installedFrom?: string;
  readonly installedAt?: string;
  readonly place: Place;
}
