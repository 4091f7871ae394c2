/** What the command line said, parsed and checked: nothing in it is a secret. */
export interface RunOptions {
  readonly dataDir: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  /** OpenPGP recipients: fingerprints in claw-ir's key folder or paths of public key files. */
  readonly recipients: readonly string[];
  /** Sealing to a passphrase is asked for by prompt id "seal.passphrase". */
  readonly budgetMs?: number;
}
