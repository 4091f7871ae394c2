import type { ConfigPath } from "./config-path.ts";
import { follow } from "./json5-edit.ts";
import { spansOf } from "./json5-spans.ts";

/**
 * JSON text without those members of the object at `path` for which `isDropped` holds; every other byte stays as it is. A key
 * that stands twice goes twice. One pass, whatever the number of members. Throws for text that is no JSON.
 */
export function dropMembers(
  text: string,
  isDropped: (key: string) => boolean,
  path: ConfigPath = [],
): string {
  const { span: root, depth } = follow(spansOf(text), path);
  if (depth < path.length || root.kind !== "object") return text;
  const { members } = root;
  if (!members.some(({ key }) => isDropped(key))) return text;
  const kept: string[] = [];
  let from = root.start + 1;
  let isLastKept = true;
  for (const { key, value, comma } of members) {
    const end = comma === -1 ? value.end : comma + 1;
    isLastKept = !isDropped(key);
    if (isLastKept) kept.push(text.slice(from, end));
    from = end;
  }
  const last = kept.at(-1);
  if (last === undefined) return `${text.slice(0, root.start)}{}${text.slice(root.end)}`;
  // What was followed by others ends the object now, and JSON wants no comma there.
  if (!isLastKept) kept[kept.length - 1] = last.replace(/,$/, "");
  return text.slice(0, root.start + 1) + kept.join("") + text.slice(from);
}
