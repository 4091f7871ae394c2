import { type Scribe, sourceOf, wholeText } from "../scribe.ts";

const maxLines = 5000;
/** modules-load.d(5) and modprobe.d(5): what a later folder says under the same name counts less, and is told all the same. */
const loaded = [
  "/etc/modules-load.d",
  "/run/modules-load.d",
  "/usr/local/lib/modules-load.d",
  "/usr/lib/modules-load.d",
];
const settled = ["/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d"];

export interface ModuleLine {
  readonly name: string;
  /** The command that takes the place of loading or removing a module. */
  readonly runs?: string;
  readonly sets?: string;
  readonly line: number;
}

/** Names of modules, one a line. */
export function parseModules(text: string): readonly ModuleLine[] {
  return lines(text).map(([words, line]) => ({ name: words.join(" "), line }));
}

/** `install` and `remove` run a command instead; `options`, `alias` and `softdep` change what is loaded, and how. */
export function parseModprobe(text: string): readonly ModuleLine[] {
  return lines(text).flatMap(([[keyword = "", name = "", ...rest], line]): readonly ModuleLine[] => {
    if (keyword === "install" || keyword === "remove") return [{ name, runs: rest.join(" "), line }];
    return /^(?:options|alias|softdep)$/.test(keyword)
      ? [{ name, sets: [keyword, name, ...rest].join(" "), line }]
      : [];
  });
}

function lines(text: string): readonly (readonly [words: readonly string[], line: number])[] {
  return text.split("\n", maxLines).flatMap((raw, i) => {
    const line = raw.slice(0, 4096).trim();
    return line === "" || /^[#;]/.test(line) ? [] : [[line.split(/\s+/), i + 1] as const];
  });
}

async function addFile(
  scribe: Scribe,
  path: string,
  parse: (text: string) => readonly ModuleLine[],
): Promise<void> {
  const file = await scribe.file(path, 262_144);
  if (file === undefined) return;
  for (const { name, runs, sets, line } of parse(wholeText(scribe, file))) {
    const about = { runs: runs === undefined ? [] : [runs], sets: sets === undefined ? [] : [sets] };
    scribe.add({ name, trigger: "loading of the module", file, locator: `line ${line}`, ...about });
  }
}

export const kernelModules = sourceOf(
  {
    id: "module-config",
    title: "Kernel modules to load, and what runs instead",
    attack: ["T1547.006"],
    timeoutMs: 30_000,
    platform: "linux",
  },
  async (scribe) => {
    await addFile(scribe, "/etc/modules", parseModules);
    for (const folder of loaded)
      for (const name of await scribe.names(folder)) await addFile(scribe, `${folder}/${name}`, parseModules);
    for (const folder of settled)
      for (const name of await scribe.names(folder))
        await addFile(scribe, `${folder}/${name}`, parseModprobe);
  },
);
