import { expandGlob } from "../glob.ts";
import { sourceOf, wholeText } from "../scribe.ts";
import type { Scribe } from "../scribe.ts";
import { numberedLines } from "../script-lines.ts";

const rules = ["/etc", "/run", "/usr/local/share", "/usr/share"].map(
  (base) => `${base}/polkit-1/rules.d/*.rules`,
);
const authorities = [
  "/etc/polkit-1/localauthority/*/*.pkla",
  "/var/lib/polkit-1/localauthority/*/*.pkla",
  "/etc/polkit-1/localauthority.conf.d/*.conf",
];
const actions = ["/usr/share/polkit-1/actions/*.policy", "/usr/local/share/polkit-1/actions/*.policy"];
const maxTelling = 100;

/** Who may do what without being root, as far as the text says it: the rules are JavaScript, and are not run. */
export const polkit = sourceOf(
  {
    id: "polkit",
    title: "Rules of polkit",
    attack: ["T1548.004", "T1548"],
    timeoutMs: 30_000,
    rootAdds: "rules that only root may read",
    platform: "linux",
  },
  async (scribe) => {
    for (const pattern of rules) await addAll(scribe, pattern, addRules);
    for (const pattern of authorities) await addAll(scribe, pattern, addAuthority);
    for (const pattern of actions) await addAll(scribe, pattern, addAction);
  },
);

async function addAll(
  scribe: Scribe,
  pattern: string,
  add: (scribe: Scribe, path: string) => Promise<void>,
): Promise<void> {
  // What may not be listed is told; a pattern alone would find nothing and say nothing.
  await scribe.names(pattern.slice(0, pattern.indexOf("/*")));
  for (const path of await expandGlob(scribe.sources, pattern)) await add(scribe, path);
}

async function addRules(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const lines = numberedLines(wholeText(scribe, file)).filter(({ line }) => !line.startsWith("//"));
  const of = (pattern: RegExp): readonly string[] =>
    lines
      .filter(({ line }) => pattern.test(line))
      .slice(0, maxTelling)
      .map(({ line }) => line);
  const spawned = of(/polkit\.spawn\s?\(/);
  scribe.add({
    name: name(path),
    trigger: "a request to polkit",
    runs: spawned,
    sets: of(/polkit\.Result\.|subject\.|action\.id|polkit\.addAdminRule/),
    odd: [
      ...(of(/polkit\.Result\.YES|["']yes["']/).length > 0 ? ["allows something without asking"] : []),
      ...(spawned.length > 0 ? ["runs a program to decide"] : []),
    ],
    file,
  });
}

async function addAuthority(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const sets = numberedLines(wholeText(scribe, file)).map(({ line }) => line);
  const open = sets.some((line) => /^Result(?:Any|Inactive|Active)[ \t]*=[ \t]*yes$/i.test(line));
  scribe.add({
    name: name(path),
    trigger: "a request to polkit",
    sets,
    odd: open ? ["allows something without asking"] : [],
    file,
  });
}

/** Actions that a package brought unchanged have nothing to tell. */
async function addAction(scribe: Scribe, path: string): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined || (file.package !== undefined && file.odd.length === 0)) return;
  const text = wholeText(scribe, file);
  const open = /<allow_(?:any|inactive|active)>\s{0,20}yes\s{0,20}</.test(text);
  const sets = numberedLines(text)
    .map(({ line }) => line)
    .filter((line) => /<allow_|exec\.path|<action /.test(line))
    .slice(0, maxTelling);
  const odd = open ? ["allows something without asking"] : [];
  scribe.add({ name: name(path), trigger: "a request to polkit", sets, odd, file });
}

function name(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
