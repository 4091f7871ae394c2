import { ClawError } from "../model/errors.ts";
import { shown } from "../model/text.ts";
import { verbs } from "./verbs.ts";

const ofTheProgram: ReadonlySet<string> = new Set(["--help", "-h", "--version", "-V"]);

/** The command line does not begin with a verb. Throws (exit 2) with the nearest one, if there is a word at all. */
export function checkFirstWord(word: string | undefined): void {
  if (word === undefined || ofTheProgram.has(word)) return;
  if (word.startsWith("-")) {
    throw new ClawError(`${shown(word, 60)} stands where the command belongs`, {
      exit: "usage",
      code: "unknown-option",
      hint: "options come after the command: claw-ir COMMAND --json; claw-ir --help lists the commands",
    });
  }
  const near = nearest(word);
  throw new ClawError(`there is no command ${shown(word, 60)}`, {
    exit: "usage",
    code: "unknown-command",
    hint:
      near === undefined
        ? "claw-ir --help lists what there is"
        : `did you mean claw-ir ${near}? claw-ir --help lists what there is`,
  });
}

function nearest(word: string): string | undefined {
  const given = word.slice(0, 40).toLowerCase();
  const ranked = verbs
    .map(({ name }) => ({ name, far: name.startsWith(given) ? 0 : distance(given, name) }))
    .sort((a, b) => a.far - b.far);
  const [best] = ranked;
  return best !== undefined && best.far <= Math.max(2, best.name.length / 4) ? best.name : undefined;
}

/** Levenshtein's: how many letters have to be put in, taken out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[line - 1] === b[column - 1];
      const change = (row[column - 1] ?? 0) + (same ? 0 : 1);
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
