import type { SecretInHistory } from "../../model/git-records.ts";
import type { Severity } from "../../model/outcome.ts";
import { counted } from "../../model/text.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark, MarkInput } from "../mark.ts";

const base = {
  id: "secret-in-history",
  title: "Secret in the history of a git repository",
  severity: "high",
  attack: ["T1552.001", "T1213.003"],
} as const;

const maxEvidence = 20;
const maxUnknown = 50;

/** Taking a secret out of a file leaves it in every commit before, and in every clone. One finding per repository and value. */
export const secretInHistory: Mark = {
  ...base,
  needs: ["gitSecrets"],
  evaluate: (input) => {
    const groups = Map.groupBy(
      input.readings.gitSecrets.records,
      ({ repository, fingerprint }) => `${repository}\0${fingerprint}`,
    );
    const known = [...groups].filter(([, [first]]) => first?.credential !== undefined);
    const unknown = [...groups].filter(([, [first]]) => first?.credential === undefined);
    return [...known, ...unknown.slice(0, maxUnknown)].flatMap(([key, of]) => tell(input, key, of));
  },
};

function tell(input: MarkInput, key: string, of: readonly SecretInHistory[]): ReturnType<Mark["evaluate"]> {
  const newest = [...of].sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1))[0];
  if (newest === undefined) return [];
  const { credential, live, remote, repository, fingerprint, lastCommit, lastAt } = newest;
  const oldest = of.map(({ firstAt }) => firstAt).sort()[0];
  const what =
    credential === undefined
      ? `what looks like a credential (${fingerprint})`
      : `${quoted(input, credential)} (${fingerprint})${live ? ", which is in use," : ""}`;
  const versions = of.reduce((sum, one) => sum + one.versions, 0);
  return [
    finding(base, {
      key,
      severity: severityOf(newest),
      confidence: credential === undefined ? "suspicious" : "confirmed",
      firstSeen: oldest,
      lastSeen: lastAt,
      why: `${live ? "in use, and " : ""}in a git history${remote ? " that has a remote" : ""}`,
      summary: `the repository ${quoted(input, repository, 160)} holds ${what} in ${counted(versions, "version")} of ${counted(of.length, "file")}, last put there by commit ${lastCommit.slice(0, 12)}${remote ? "; it has a remote" : ""}`,
      evidence: of.slice(0, maxEvidence).map(({ place }) => evidenceAt("git-history", place)),
      next: [nextOf(newest)],
    }),
  ];
}

/** Without another repository it has gone no further than the file beside it, as far as git knows. */
function severityOf({ credential, live, remote }: SecretInHistory): Severity {
  if (credential === undefined || !remote) return "low";
  return live ? "high" : "medium";
}

function nextOf({ credential, remote }: SecretInHistory): string {
  if (credential === undefined)
    return "look at that version (git show COMMIT:PATH): if it is a credential, rotate it";
  return remote
    ? "rotate it: whoever has a clone of the repository has it, and rewriting the history reaches no clone"
    : "rotate it before the repository is sent anywhere: taking it out of the file leaves it in the history";
}
