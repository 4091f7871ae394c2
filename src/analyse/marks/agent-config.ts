import type { PersistenceItem } from "../../model/persistence.ts";
import { inWindow, type Mark, type MarkInput } from "../mark.ts";
import { itemFindings, type Judged } from "../persistence.ts";

const base = {
  id: "agent-config",
  title: "Another agent or editor runs or trusts something unusual",
  severity: "medium",
  attack: ["T1176.002", "T1546"],
} as const;

const bypass =
  /^(?:permissions\.defaultMode=bypassPermissions|permissions\.allow=(?:\*|Bash(?:\(\*?:?\*\))?)|approval_policy=never|sandbox_mode=danger-full-access|enableAllProjectMcpServers=true|yolo=true)$/;
const redirected =
  /^(?:ANTHROPIC|OPENAI|GEMINI|GOOGLE|AZURE)\w{0,30}_(?:BASE_URL|ENDPOINT)=(?!https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])|https:\/\/(?:api\.anthropic\.com|api\.openai\.com))/;

/** Hooks and servers that came during the incident, and settings that take the questions away. */
export const agentConfig: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["agent-configs"],
  evaluate: (input) =>
    itemFindings(base, input, (item) =>
      item.mechanism === "agent-configs" ? judge(item, input) : undefined,
    ),
};

function judge(item: PersistenceItem, { window }: MarkInput): Judged | undefined {
  const { name, runs, sets, trigger, file } = item;
  const fresh = inWindow(window, file?.modifiedAt) || inWindow(window, file?.bornAt);
  if (sets.some((set) => redirected.test(set)))
    return { says: "sends the agent's requests to another address", severity: "high" };
  if (trigger === "opening the folder")
    return { says: "runs a command as soon as the folder is opened", severity: "high" };
  if (fresh && runs.length > 0) {
    const what = name.startsWith("mcp ") ? "starts a server" : "runs a command";
    return { says: `${what} and stands in a file that was changed during the incident` };
  }
  return sets.some((set) => bypass.test(set))
    ? { says: "lets the agent act without asking", severity: "low" }
    : undefined;
}
