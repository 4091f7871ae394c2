/** doas.conf(5): `permit|deny [options] identity [as target] [cmd command [args …]]`. */
import { quotedWords } from "../assignment.ts";

export type DoasRule =
  | {
      readonly kind: "rule";
      readonly permit: boolean;
      /** "nopass", "persist", "keepenv", "setenv { … }". */
      readonly options: readonly string[];
      /** A user, or ":group". */
      readonly identity: string;
      readonly target?: string;
      readonly command?: string;
      readonly line: number;
    }
  | { readonly kind: "unreadable"; readonly text: string; readonly line: number };

const maxLines = 10_000;

export function parseDoas(text: string): readonly DoasRule[] {
  const found: DoasRule[] = [];
  let open = "";
  let start = 1;
  for (const [i, raw] of text.split("\n", maxLines).entries()) {
    if (open === "") start = i + 1;
    const line = raw.slice(0, 8192).replace(/\r$/, "");
    if (line.endsWith("\\") && open.length < 65_536) {
      open += `${line.slice(0, -1)} `;
      continue;
    }
    const whole = (open + line).replace(/(^|[ \t])#.*$/s, "$1").trim();
    open = "";
    if (whole !== "") found.push(ruleOf(whole, start));
  }
  return found;
}

function ruleOf(text: string, line: number): DoasRule {
  const words = [...quotedWords(text)];
  const action = words.shift();
  const options: string[] = [];
  while (/^(?:nopass|nolog|persist|keepenv|setenv)$/.test(words[0] ?? "")) {
    const option = words.shift() ?? "";
    const end = option === "setenv" ? words.findIndex((word) => word.endsWith("}")) : -1;
    options.push([option, ...words.splice(0, end + 1)].join(" "));
  }
  const identity = words.shift();
  if ((action !== "permit" && action !== "deny") || identity === undefined)
    return { kind: "unreadable", text: text.slice(0, 400), line };
  const target = words[0] === "as" ? words.splice(0, 2)[1] : undefined;
  const command = words[0] === "cmd" ? words.slice(1).join(" ") : undefined;
  return {
    ...{ kind: "rule", permit: action === "permit", options, identity, line },
    ...(target === undefined ? {} : { target }),
    ...(command === undefined ? {} : { command }),
  };
}
