/** Files whose text is the point: what the agent is told at every start, and what runs by being there. */
import type { Place } from "./records.ts";

export interface TextFile {
  /** "identity" is what the agent reads at every start; the others are the readings that name the file. */
  readonly kind: "identity" | "systemdUser" | "shellStartup" | "hostCron";
  /** Whose workspace it lies in. */
  readonly agent?: string;
  readonly bytes: number;
  /** Of the whole file; absent where it is too large to be read whole. */
  readonly sha256?: string;
  /** Absent for what is no UTF-8 text or larger than 256 KiB. Not redacted but for values of environment variables. */
  readonly text?: string;
  /** Some values of environment variables are marks: the text is not the file. */
  readonly masked?: true;
  /** For a symbolic link: where it leads. It is not followed. */
  readonly link?: string;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly modifiedAt: string;
  readonly place: Place;
}
