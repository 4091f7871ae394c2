/** JSON as editors take it: with comments and commas before a closing bracket. */
import { parseJson } from "../../../model/json.ts";

const piece =
  /"(?:[^"\\]|\\[\s\S])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/){0,2000}[\]}])/g;

/** Undefined for what is no JSON even then. Tried as plain JSON first. */
export function parseJsonc(text: string): unknown {
  const bare = text.replace(/^\ufeff/, "");
  const plain = parseJson(bare);
  if (plain !== undefined) return plain;
  return parseJson(bare.replace(piece, (found) => (found.startsWith('"') ? found : " ")));
}
