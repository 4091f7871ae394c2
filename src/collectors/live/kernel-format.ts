/** What the kernel says about itself, as facts: pure functions. Formats: proc(5), Documentation/admin-guide/tainted-kernels.rst. */
import type { HostFact, HostTrait } from "../../model/live-records.ts";

const maxModules = 5000;

/** /proc/modules: `name size users by state address (taints)`. */
export function parseModules(text: string, path: string): readonly HostFact[] {
  const facts: HostFact[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    const match = /^(\S+) (\d+) (-?\d+) (\S+) (\S+) \S+(?: \(([A-Z+-]*)\))?$/.exec(line);
    if (match === null || facts.length >= maxModules) continue;
    const [, name = "", size = "0", , users = "-", state = "", taints = ""] = match;
    facts.push({
      kind: "module",
      name,
      detail: `${size} bytes, ${state}${users === "-" ? "" : `, used by ${users.replace(/,$/, "")}`}`,
      traits: traitsOfTaints(taints),
      data: { bytes: Number(size), state, taints },
      place: { path, locator: `line ${i + 1}` },
    });
  }
  return facts;
}

function traitsOfTaints(taints: string): readonly HostTrait[] {
  const known: readonly (readonly [string, HostTrait])[] = [
    ["O", "out-of-tree"],
    ["E", "unsigned"],
    ["F", "forced"],
  ];
  return known.filter(([letter]) => taints.includes(letter)).map(([, trait]) => trait);
}

/** Bit → why the kernel counts as tainted; those that bear on who loaded what. */
const taintBits: readonly (readonly [number, string])[] = [
  [0, "a proprietary module was loaded"],
  [1, "a module was loaded by force"],
  [2, "the kernel runs on an unsupported machine"],
  [3, "a module was unloaded by force"],
  [4, "the processor reported an error"],
  [5, "a bad memory page was found"],
  [6, "a program asked for the taint"],
  [7, "the kernel had a fault"],
  [8, "an ACPI table was overridden"],
  [9, "the kernel gave a warning"],
  [10, "a staging driver was loaded"],
  [11, "a firmware fault was worked around"],
  [12, "a module from outside the kernel's tree was loaded"],
  [13, "an unsigned module was loaded"],
  [14, "the kernel locked up"],
  [15, "the kernel was patched live"],
  [16, "the distribution's own reason"],
  [17, "a structure randomiser was used"],
  [18, "an in-kernel test ran"],
];
const byHand: ReadonlyMap<number, HostTrait> = new Map([
  [1, "forced"],
  [3, "forced"],
  [12, "out-of-tree"],
  [13, "unsigned"],
]);

/** /proc/sys/kernel/tainted: a sum of bits, kept until the next boot also where the module is gone again. */
export function parseTaint(text: string, path: string): HostFact | undefined {
  if (!/^\d{1,10}$/.test(text.trim())) return undefined;
  const value = Number(text.trim());
  const set = taintBits.filter(([bit]) => Math.floor(value / 2 ** bit) % 2 === 1);
  const traits = set.flatMap(([bit]) => byHand.get(bit) ?? []);
  return {
    kind: "taint",
    name: String(value),
    detail: set.length === 0 ? "not tainted" : set.map(([, why]) => why).join("; "),
    traits: [...(value === 0 ? [] : (["tainted"] as const)), ...new Set(traits)],
    place: { path },
  };
}

/** One file of /proc/sys/fs/binfmt_misc: which interpreter starts for files that begin like this. */
export function parseBinfmt(name: string, text: string, path: string): HostFact | undefined {
  const lines = text.split("\n", 50);
  const interpreter = lines.find((line) => line.startsWith("interpreter "))?.slice("interpreter ".length);
  if (interpreter === undefined) return undefined;
  const rest = lines.filter((line) => /^(?:enabled|disabled|flags:|offset|magic|mask|extension)/.test(line));
  return {
    kind: "binfmt",
    name,
    detail: `${interpreter} (${rest.join(", ")})`,
    traits: lines[0] === "enabled" ? ["interpreter"] : [],
    data: { interpreter },
    place: { path },
  };
}
