import { dict, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import type { Session } from "../../model/session-records.ts";
import type { BackEnds } from "./read.ts";

type RanOn = NonNullable<Session["ranOn"]>;

/**
 * Which command-line back end a session of OpenClaw ran on: `cliSessionBindings` of its entry names the back end and its
 * session; before 2026.4 that were `cliSessionIds` and `claudeCliSessionId`. Where none says, the provider's name does.
 */
export function ranOnOf(entry: Dict, provider: string | undefined): RanOn | undefined {
  for (const [name, binding] of Object.entries(dict(entry["cliSessionBindings"]))) {
    const sessionId = str(dict(binding)["sessionId"]);
    if (sessionId !== undefined) return { backEnd: name, sessionId };
  }
  for (const [name, id] of Object.entries(dict(entry["cliSessionIds"])))
    if (typeof id === "string" && id !== "") return { backEnd: name, sessionId: id };
  const claude = str(entry["claudeCliSessionId"]);
  if (claude !== undefined && claude !== "") return { backEnd: "claude-cli", sessionId: claude };
  return provider !== undefined &&
    /^(?:claude-cli|codex-cli|codex|google-gemini-cli|gemini-cli)$/.test(provider)
    ? { backEnd: provider }
    : undefined;
}

const maxNamed = 20;

/** Sessions whose tool calls are in a log that is not there: OpenClaw's own transcript has none of them. */
export function withoutLog(sessions: readonly Session[], { logs, elsewhere }: BackEnds): readonly string[] {
  const known = new Set(logs.map((log) => log.sessionId));
  const missing = sessions.filter(({ ranOn, backEnd }) => {
    if (ranOn === undefined || backEnd !== undefined) return false;
    if (ranOn.sessionId !== undefined) return !known.has(ranOn.sessionId);
    const kind = ranOn.backEnd.startsWith("claude")
      ? "claude"
      : ranOn.backEnd.startsWith("codex")
        ? "codex"
        : "";
    return !logs.some((log) => log.backEnd === kind);
  });
  const where = elsewhere ? "; give the examined home with --home to look for it" : "";
  return missing.slice(0, maxNamed).map(({ id, ranOn }) => {
    const session = ranOn?.sessionId === undefined ? "" : ` (its session ${ranOn.sessionId})`;
    return `session ${id} ran on ${ranOn?.backEnd ?? "?"}${session}, and the log of that is not there: its tool calls are not known${where}`;
  });
}
