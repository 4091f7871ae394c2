import type { PersistenceItem } from "../../model/persistence.ts";
import { isGenuine } from "../../model/persistence.ts";
import { inWindow, type Mark, type MarkInput } from "../mark.ts";
import { counts, itemFindings, type Judged } from "../persistence.ts";

const base = {
  id: "git-runs",
  title: "git hook or setting that runs a program or sends fetches elsewhere",
  severity: "medium",
  attack: ["T1546", "T1059.004"],
} as const;

const next = "compare it with the repository's origin; until then let no agent run git in that folder";
const elsewhere =
  /^(?:url\..*insteadof|http(?:\..*)?\.proxy|remote\..*\.pushurl|core\.hookspath|init\.templatedir|core\.worktree)$/;

/** Settings of a repository come with its folder and run with the agent's next git command; an account's own are its owner's. */
export const gitRuns: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["git"],
  evaluate: (input) =>
    itemFindings(base, input, (item) =>
      item.mechanism === "git" && item.kind === "item" && counts(item) && !isGenuine(item)
        ? judge(item, input)
        : undefined,
    ),
};

function judge(item: PersistenceItem, input: MarkInput): Judged | undefined {
  const fresh = inWindow(input.window, item.file?.modifiedAt) || inWindow(input.window, item.file?.bornAt);
  const where = item.trigger ?? "git commands";
  if (item.name.startsWith("hook "))
    return { says: `runs at ${where}`, severity: fresh ? "high" : "medium", next };
  const local = where.startsWith("in /");
  if (!local && !fresh) return undefined;
  if (item.runs.length > 0) {
    return local
      ? { says: `runs a program with git commands ${where}`, severity: "high", next }
      : { says: "runs a program with every git command, and was changed during the incident", next };
  }
  return elsewhere.test(item.name)
    ? { says: "makes git take or send code elsewhere, or run hooks of another folder", next }
    : undefined;
}
