import { isDict, list, str } from "../../model/json.ts";
import type { Dict } from "../../model/json.ts";
import { present } from "../present.ts";
import { boundedJson } from "./bounded-json.ts";

/** What can be told of a message that came in. */
export interface IngressMessage {
  /** As the channel names who wrote it: an id, with a name where there is one. */
  readonly sender?: string;
  /** Where it was written. */
  readonly conversation?: string;
  readonly text?: string;
}

const maxNodes = 2000;
const maxDepth = 8;
const maxName = 200;

/** In the order of trust: what the names mean in the payloads of telegram, discord, slack, signal, whatsapp, matrix and others. */
const textKeys = ["text", "caption", "body", "content", "conversation", "message", "data"];
const senderKeys = ["senderId", "sender", "from", "author", "user", "userId", "participant", "remoteJid"];
const placeKeys = ["chat", "chatId", "conversationId", "channel", "channelId", "room", "roomId", "groupId"];
const idKeys = ["id", "userId", "number", "address", "jid"];
const nameKeys = ["username", "title", "name", "displayName", "first_name"];

/**
 * Who wrote what, out of an event as a channel handed it over. Each channel has its own shape and may be a plugin's: what is
 * nearest to the top under one of the usual names is taken. Never throws; nothing where there is nothing.
 */
export function messageIn(payload: unknown): IngressMessage {
  let [text, sender, conversation]: (string | undefined)[] = [];
  for (const node of nodesOf(unwrapped(payload))) {
    text ??= first(textKeys, node, written);
    sender ??= first(senderKeys, node, named);
    conversation ??= first(placeKeys, node, named);
    if (text !== undefined && sender !== undefined && conversation !== undefined) break;
  }
  return present({ sender, conversation, text });
}

/** `{"version":1,"rawEvent":"<JSON>"}` of channels/message/ingress-monitor.ts (2026.9.6). */
function unwrapped(payload: unknown): unknown {
  const raw = isDict(payload) ? str(payload["rawEvent"]) : undefined;
  return raw === undefined ? payload : (boundedJson(raw) ?? { text: raw });
}

/** Objects, those nearest to the top first. */
function* nodesOf(value: unknown): Generator<Dict> {
  let level: readonly unknown[] = [value];
  let seen = 0;
  for (let depth = 0; depth < maxDepth && level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const item of level) {
      seen += 1;
      if (seen > maxNodes) return;
      if (isDict(item)) yield item;
      const inside = isDict(item) ? Object.values(item) : list(item);
      if (next.length < maxNodes) next.push(...inside.slice(0, maxNodes));
    }
    level = next;
  }
}

function first(
  keys: readonly string[],
  node: Dict,
  read: (value: unknown) => string | undefined,
): string | undefined {
  for (const key of keys) {
    const value = read(node[key]);
    if (value !== undefined) return value;
  }
  return undefined;
}

function written(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** "777", or `{"id":777,"username":"stranger"}` as "777 stranger". */
function named(value: unknown): string | undefined {
  if (!isDict(value)) return plain(value);
  const parts = [first(idKeys, value, plain), first(nameKeys, value, plain)].filter(
    (part) => part !== undefined,
  );
  return parts.length === 0 ? undefined : parts.join(" ");
}

function plain(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return written(value)?.slice(0, maxName);
}
