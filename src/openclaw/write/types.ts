import type { Place } from "../../model/records.ts";
import type { Secret, SecretMark } from "../../model/secret.ts";

/** How a value is shown: `case.redactor.mark`. */
export type Mark = (secret: Secret) => SecretMark;

/** A place that claw-ir leaves alone, and what the user does about it. */
export interface NotWritten {
  readonly place?: Place;
  readonly todo: string;
}

/**
 * What a write did, read back from the disk after it. Places are paths on the examined host. `before` and `after` are
 * fingerprints for secrets and SHA-256 for files and rows, never values.
 */
export interface WriteReceipt {
  readonly changed: readonly Place[];
  readonly before: string;
  readonly after: string;
  readonly notWritten: readonly NotWritten[];
}
