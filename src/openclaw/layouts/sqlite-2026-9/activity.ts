import type { Layout } from "../layout.ts";
import { unread } from "../../../model/outcome.ts";

function notRead(what: string): () => ReturnType<typeof unread<never>> {
  return () => unread<never>("missing", `${what} are not read from this layout`);
}

export const tasks: Layout["tasks"] = notRead("tasks");
export const approvals: Layout["approvals"] = notRead("approvals");
export const extensions: Layout["extensions"] = notRead("hooks and plugins");
export const memory: Layout["memory"] = notRead("memory entries");
export const operations: Layout["operations"] = notRead("operations");
export const deliveries: Layout["deliveries"] = notRead("deliveries");
export const trajectories: Layout["trajectories"] = function* (_source, problems) {
  problems.push("trajectories are not read from this layout");
};
