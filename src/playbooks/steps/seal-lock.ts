import { join } from "node:path";
import { chooseLock as choose, type Lock } from "../../preserve/index.ts";
import type { StepContext } from "../types.ts";

/** Who will be able to open the archive of this case. A key that is made on the spot is journaled. */
export function chooseLock(context: StepContext): Promise<Lock> {
  const { case: subject, host, installation, options } = context;
  return choose(host, {
    dataDir: options.dataDir,
    recipients: options.recipients,
    passphraseGiven: options.passphraseGiven,
    keyName: `claw-ir evidence (${host.facts.hostname})`,
    privateKeyFile: join(host.facts.home, `claw-ir-${subject.info.id}-private-key.asc`),
    keepOut: [installation.target.stateDir, ...installation.agents.map((agent) => agent.workspace)],
    say: context.say,
    onNewKey: async ({ recipient, privateFile }) => {
      await subject.journal.append("mutation", {
        what: "made an OpenPGP key",
        fingerprint: recipient.fingerprint,
        privateFile,
      });
    },
  });
}
