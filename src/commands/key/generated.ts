import type { SheetFacts } from "../../preserve/index.ts";
import type { CommonOptions } from "../options.ts";

export interface GenerateOptions extends CommonOptions {
  readonly name?: string;
  readonly privateOut?: string;
  /** Seconds. */
  readonly expires?: number;
  readonly signing?: true;
  readonly sheet?: string;
}

/** What a new key is, for --json and for the sheet. */
export interface Generated extends Omit<SheetFacts, "host" | "tool"> {
  readonly publicFile: string;
  readonly revocationFile?: string;
}
