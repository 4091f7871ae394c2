import type { Secret } from "../model/secret.ts";

interface Spec {
  /** Stable and unique: the key in --answers, and what an unanswered prompt's error names. */
  readonly id: string;
  readonly message: string;
}
export interface Choice {
  readonly value: string;
  readonly name: string;
  readonly description?: string;
}
export interface ConfirmSpec extends Spec {
  readonly default: boolean;
  /** Destroys something or reaches outside the host: --yes does not answer it. */
  readonly explicit?: boolean;
}
export interface ChooseSpec extends Spec {
  readonly choices: readonly Choice[];
  readonly default?: string;
}
export interface ChooseManySpec extends Spec {
  readonly choices: readonly Choice[];
  readonly default: readonly string[];
}
export interface TextSpec extends Spec {
  readonly default?: string;
  /** What is wrong with the answer, or undefined. */
  readonly check?: (answer: string) => string | undefined;
}
export interface SecretSpec extends Spec {
  /** Asks a second time and compares. */
  readonly twice?: boolean;
  /** An empty answer is allowed and means "skip". */
  readonly optional?: boolean;
}

/**
 * Questions to the user. Each is answered by, in this order: --answers (by id), --yes (the default, except of `explicit`
 * confirmations and secrets), the terminal. Without a terminal, or with --non-interactive, an unanswered question is a usage error (exit 2)
 * that names the id. Ctrl-C at a prompt throws `cancelled()`. An answer that is no allowed value is a usage error.
 */
export interface HostPrompt {
  readonly interactive: boolean;
  readonly confirm: (spec: ConfirmSpec) => Promise<boolean>;
  readonly choose: (spec: ChooseSpec) => Promise<string>;
  readonly chooseMany: (spec: ChooseManySpec) => Promise<readonly string[]>;
  readonly text: (spec: TextSpec) => Promise<string>;
  /** Never from --answers; from --secret-from or --passphrase-from where the id was given there, else without echo. */
  readonly secret: (spec: SecretSpec) => Promise<Secret | undefined>;
}
