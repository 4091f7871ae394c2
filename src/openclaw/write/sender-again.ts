import type { EntryIn } from "./grant-result.ts";

/** What lets a sender in again: OpenClaw's command line cannot, the owner in a chat can (2026.9.6, `/allowlist`). */
export function senderAgain(entry: EntryIn<"channel-allow" | "channel-pairing">): string {
  if (entry.in === "channel-pairing") return "the sender writes again and gets a new code";
  const { channel, account, sender } = entry;
  return `in a chat, as the owner: /allowlist add dm ${sender} channel=${channel} account=${account} --store`;
}
