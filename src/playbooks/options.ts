/** What the command line said, parsed and checked: nothing in it is a secret. */
export interface RunOptions {
  readonly dataDir: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  /** OpenPGP recipients: fingerprints in claw-ir's key folder or paths of public key files. */
  readonly recipients: readonly string[];
  /** --passphrase-from was given: a seal without recipients is locked with it and nothing is asked. */
  readonly passphraseGiven: boolean;
  readonly budgetMs?: number;
  /** --full: list the files of every local file system, not only where an agent and an intruder write. */
  readonly full?: boolean;
}
