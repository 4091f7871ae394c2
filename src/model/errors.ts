/** Exit codes of the contract. Scripts rely on them. */
export const exits = {
  ok: 0,
  failed: 1,
  usage: 2,
  partial: 3,
  findings: 4,
  tampered: 5,
  notFound: 10,
  locked: 11,
  wrongKey: 12,
  notReady: 13,
  cancelled: 130,
} as const;
export type Exit = keyof typeof exits;

export interface Trouble {
  readonly exit: Exit;
  /** Stable, machine-readable, kebab-case: "no-state-dir", "prompt-unanswered". */
  readonly code: string;
  /** What the user can do next, as a sentence or a command. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * An error a person can act on: what happened (lower case, no full stop), what to do, and which exit code.
 * Anything else that is thrown is a defect of claw-ir.
 */
export class ClawError extends Error {
  override readonly name = "ClawError";
  readonly exit: Exit;
  readonly code: string;
  readonly hint: string | undefined;
  constructor(message: string, { exit, code, hint, cause }: Trouble) {
    super(message, cause === undefined ? undefined : { cause });
    this.exit = exit;
    this.code = code;
    this.hint = hint;
  }
}

/** The user pressed Ctrl-C, at a prompt or during a step. */
export function cancelled(): ClawError {
  return new ClawError("cancelled", {
    exit: "cancelled",
    code: "cancelled",
    hint: "nothing is lost: claw-ir resume carries on",
  });
}

/** The text of whatever was thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, " ").trim();
}

/** The `code` of a system error, such as "ENOENT" or "SQLITE_BUSY"; undefined for anything else. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
