import type { Contents } from "../../archive/index.ts";
import type { ClawError } from "../../model/errors.ts";
import type { Extracted } from "../restore/extract.ts";
import type { Compared } from "./ledger.ts";
import type { Restored } from "./restored.ts";
import type { DrillResult, GatewayCheck } from "./types.ts";

/** What is known so far; a drill that breaks off is judged by it, too. */
export interface Findings {
  contents?: Contents;
  extracted?: Extracted;
  compared?: Compared;
  databases: DrillResult["databases"];
  restored?: Restored;
  restoreSeconds: number | null;
  gateway: GatewayCheck;
  notes: string[];
  /** Of the archive. */
  sha256?: string;
  error?: ClawError;
}
