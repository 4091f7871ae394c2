import type { ReadingKind } from "../../../model/readings.ts";
import type { Thing } from "./things.ts";

/** What makes one record; fields that are undefined or empty are left out. */
export interface Draft {
  readonly thing: Thing;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly from: ReadingKind;
  readonly fields: Readonly<Record<string, Value>>;
  readonly files?: readonly DraftFile[];
}
export type Value = string | boolean | number | readonly string[] | undefined;

export interface DraftFile {
  readonly path: string;
  readonly mode: number;
  readonly sha256: string | undefined;
  /** As read, not redacted. */
  readonly text: string | undefined;
  /** The text lacks values that the file has. */
  readonly masked?: boolean;
  readonly modifiedAt?: string | undefined;
}
