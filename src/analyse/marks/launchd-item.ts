import type { PersistenceItem } from "../../model/persistence.ts";
import type { Mark } from "../mark.ts";
import { counts, itemFindings, type Judged } from "../persistence.ts";

const base = {
  id: "launchd-item",
  title: "Launch agent or daemon that hides or runs from an unusual place",
  severity: "high",
  attack: ["T1543.001", "T1543.004", "T1036.005"],
} as const;

const temporary = /(?:^|[\s"'=])\/(?:private\/)?(?:tmp|var\/tmp|Users\/Shared)\//;
const hidden =
  /(?:^|[\s"'=])(?:\/[^\s"'/]{1,200}){0,20}?\/\.(?!openclaw|clawdbot|nvm|local|bun|volta|cargo|asdf|npm-global|pyenv)[\w-]/;
const inline = /(?:^|\/)(?:ba|z|da)?sh -\w{0,3}c |osascript -e|python[\d.]* -c|perl -e|curl |nscurl /;

export const launchdItem: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["launchd"],
  evaluate: (input) =>
    itemFindings(base, input, (item) =>
      item.mechanism === "launchd" && counts(item) ? judge(item) : undefined,
    ),
};

function judge({ kind, name, runs, odd, place, sets }: PersistenceItem): Judged | undefined {
  const text = runs.join("\n");
  // The system's own volume is sealed: who can write there has no need of a launch agent.
  if (place.path.startsWith("/System/")) return undefined;
  if (kind === "unreadable") return { says: "makes no sense as it stands", severity: "low" };
  if (odd.length > 0) return { says: odd.join("; "), severity: "critical" };
  if (temporary.test(text))
    return { says: "runs something from a folder for everybody", severity: "critical" };
  if (name.startsWith("com.apple.") && !place.path.startsWith("/Library/Apple/")) {
    return { says: "calls itself Apple's, and lies outside the system" };
  }
  if (hidden.test(text)) return { says: "runs something from a hidden folder" };
  if (inline.test(text)) return { says: "runs a command line instead of a program", severity: "medium" };
  return sets.includes("its program is not signed")
    ? { says: "its program is not signed", severity: "low" }
    : undefined;
}
