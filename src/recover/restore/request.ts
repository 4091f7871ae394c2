import type { SealKind, Unlock } from "../../archive/index.ts";
import type { SwitchedOff } from "../../model/evidence.ts";
import type { Installation } from "../../openclaw/index.ts";
import type { Checked } from "./check.ts";
import type { Revocation } from "./revoke/revocation.ts";

export interface RestoreProgress {
  /** What is being done from now on: "Verifying the archive". */
  readonly start: (title: string) => void;
  readonly detail: (done: { readonly entries: number; readonly bytes: number }) => void;
}

export interface RestoreRequest {
  readonly archive: string;
  readonly unlock: Unlock;
  /** Paths as on the host the archive was made on, or stored names. */
  readonly only?: readonly string[];
  readonly asIs: boolean;
  readonly dryRun: boolean;
  /** What --max-size allows, in bytes. */
  readonly maxBytes?: number;
  readonly dataDir: string;
  readonly fingerprintKey: Uint8Array;
  /** This host's own OpenClaw. */
  readonly installation: Installation;
  readonly progress: RestoreProgress;
}

/** What the contract's JSON says of a restore. */
export interface RestoreResult {
  readonly archive: string;
  readonly target: string;
  readonly inPlace: boolean;
  readonly dryRun: boolean;
  readonly kind?: SealKind;
  readonly createdAt?: string;
  readonly files: number;
  readonly bytes: number;
  readonly only?: readonly string[];
  /** An OpenClaw state is in it. */
  readonly openclaw: boolean;
  readonly revocations: readonly Revocation[];
  readonly switchedOff: readonly SwitchedOff[];
  readonly relink: readonly string[];
  /** Where what was there before lies now. */
  readonly keptAside?: readonly string[];
  readonly notes: readonly string[];
  /** What could not be done or known: exit 3. */
  readonly gaps: readonly string[];
}

/** What both ways of restoring tell of an archive. */
export function resultBase(
  { archive, only, dryRun }: RestoreRequest,
  { createdAt, kind }: Checked,
): Pick<RestoreResult, "archive" | "dryRun" | "createdAt" | "kind" | "only"> {
  return {
    archive,
    dryRun,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(kind === undefined ? {} : { kind }),
    ...(only === undefined ? {} : { only }),
  };
}
