import { letsInText, pamModuleText } from "../../../model/persistence.ts";
import { textOf } from "../../files.ts";
import { sourceOf } from "../scribe.ts";
import type { SourceFile } from "../item.ts";
import type { Scribe } from "../scribe.ts";
import { expandGlob } from "../glob.ts";
import { execCommand, letsIn, parsePam } from "./pam-file.ts";
import type { PamEntry } from "./pam-file.ts";

const folders = ["/etc/pam.d", "/usr/lib/pam.d", "/usr/local/etc/pam.d"];
const moduleFolders = [
  "/lib/security",
  "/lib64/security",
  "/usr/lib/security",
  "/usr/lib64/security",
  "/usr/local/lib/security",
  "/lib/*/security",
  "/usr/lib/*/security",
  "/usr/local/lib/*/security",
];
/** Modules that run a program or a script of the administrator's. */
const running = /^pam_(?:exec|script|python\d?|perl|lua)\.so$/;
type Rule = PamEntry & { readonly kind: "rule" };

/** What is asked and run at every login: one item for each service, and one for each line that stands out. */
export const pam = sourceOf(
  {
    id: "pam",
    title: "PAM services and modules",
    attack: ["T1556.003"],
    timeoutMs: 30_000,
    rootAdds: "services that only root may read",
    platform: "linux",
  },
  async (scribe) => {
    const modules = await findModules(scribe);
    await addService(scribe, "/etc/pam.conf", true, modules);
    for (const folder of folders)
      for (const name of await scribe.names(folder))
        await addService(scribe, `${folder}/${name}`, false, modules);
    for (const file of modules.values()) addModule(scribe, file);
  },
);

/** Modules by their file's name, the first folder's first. */
async function findModules(scribe: Scribe): Promise<ReadonlyMap<string, SourceFile>> {
  const found = new Map<string, SourceFile>();
  const seen = new Set<string>();
  for (const pattern of moduleFolders) {
    for (const folder of await expandGlob(scribe.sources, pattern)) {
      for (const name of await scribe.names(folder)) {
        if (!name.endsWith(".so") || found.has(name) || seen.size > 1000) continue;
        seen.add(`${folder}/${name}`);
        const file = await scribe.file(`${folder}/${name}`, 4 << 20);
        if (file !== undefined) found.set(name, file);
      }
    }
  }
  return found;
}

/** A module that its package brought unchanged has nothing to tell. */
function addModule(scribe: Scribe, file: SourceFile): void {
  if (file.package !== undefined && file.odd.length === 0) return;
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  scribe.add({
    name: `module ${name}`,
    trigger: "logins that name it",
    file,
    odd: scribe.known ? [pamModuleText] : [],
  });
}

async function addService(
  scribe: Scribe,
  path: string,
  services: boolean,
  modules: ReadonlyMap<string, SourceFile>,
): Promise<void> {
  const file = await scribe.file(path);
  if (file === undefined) return;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const entries = parsePam(textOf(file.bytes), { services });
  scribe.add({ name, trigger: `login through ${name}`, sets: entries.map(({ text }) => text), file });
  for (const entry of entries) {
    const draft = { file, locator: `line ${entry.line}`, trigger: `login through ${name}` };
    if (entry.kind === "unreadable") scribe.add({ ...draft, kind: "unreadable", name: entry.text });
    if (entry.kind !== "rule") continue;
    const odd = oddRule(scribe, entry, modules);
    const program = running.test(base(entry.module));
    if (odd.length > 0 || program)
      scribe.add({
        ...draft,
        name: `${entry.type} ${base(entry.module)}`,
        runs: program ? [execCommand(entry.args)] : [],
        sets: program ? [] : [entry.text],
        odd,
      });
  }
}

function base(module: string): string {
  return module.slice(module.lastIndexOf("/") + 1);
}

function oddRule(scribe: Scribe, rule: Rule, modules: ReadonlyMap<string, SourceFile>): readonly string[] {
  if (rule.control === "include" || rule.control === "substack") return [];
  return [...oddModule(scribe, rule, modules), ...oddControl(rule)];
}

function oddModule(
  scribe: Scribe,
  { module, quiet }: Rule,
  modules: ReadonlyMap<string, SourceFile>,
): readonly string[] {
  const name = base(module);
  const usual = moduleFolders.some((folder) => !folder.includes("*") && module === `${folder}/${name}`);
  if (module.includes("/") && !usual && !/^\/(?:usr\/)?lib\/[^/]+\/security\/[^/]+$/.test(module))
    return [pamModuleText];
  const file = modules.get(name);
  if (file === undefined) return modules.size > 0 && !quiet ? ["the module is not there"] : [];
  return scribe.known && file.package === undefined ? [pamModuleText] : [];
}

const open = /^pam_(?:permit|succeed_if|listfile|rhosts|exec|script|python)/;

function oddControl({ module, control, type, args }: Rule): readonly string[] {
  const name = base(module);
  const lets = type === "auth" && letsIn(control);
  const empty = lets && name === "pam_unix.so" && args.includes("nullok") && control === "sufficient";
  const written = args.some((arg) => /^user_readenv=1$|^envfile=(?!\/etc\/)/.test(arg));
  return [
    ...(lets && open.test(name) ? [letsInText] : []),
    ...(empty ? ["accepts an empty password at once"] : []),
    ...(written ? ["reads variables from a file that accounts write"] : []),
  ];
}
