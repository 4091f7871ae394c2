import type { Redactor } from "../case/types.ts";
import { ClawError } from "../model/errors.ts";

/** What is thrown out of a run is shown to people and scripts: its words pass the redactor like all else. */
export function withoutSecrets(error: unknown, { text }: Pick<Redactor, "text">): unknown {
  if (error instanceof ClawError) {
    const { exit, code, hint, cause } = error;
    return new ClawError(text(error.message), {
      exit,
      code,
      ...(hint === undefined ? {} : { hint: text(hint) }),
      ...(cause === undefined ? {} : { cause }),
    });
  }
  if (error instanceof Error) error.message = text(error.message);
  return error;
}
