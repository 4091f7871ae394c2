/** Units, drop-ins and the links that enable them, of any number of folders. */
import { gatewayUnitText } from "../../../model/persistence.ts";
import { textOf } from "../../files.ts";
import { unitNames } from "../../../openclaw/units.ts";
import { resolveInside } from "../../../openclaw/view.ts";
import type { SourceFile } from "../item.ts";
import type { Scribe } from "../scribe.ts";
import { parseUnitText, unitLines } from "./unit-file.ts";

export interface UnitFolder {
  readonly path: string;
  /** Whose service manager reads it; absent where it is every account's. */
  readonly user?: string;
}

const unitName =
  /\.(?:service|timer|path|socket|target|mount|automount|swap|slice|scope|device|conf|container|volume|network|kube|pod|image|build)$/;
const links = /\.(?:wants|requires|upholds)$/;
const maxFiles = 8000;
const vendor = /^\/(?:usr\/)?(?:local\/)?(?:lib|share)\//;

interface Found {
  readonly path: string;
  readonly name: string;
  readonly folder: UnitFolder;
  /** The folder of drop-ins or links it lies in. */
  readonly inside?: string;
}

/** Notes every unit; one that a link in a ".wants" folder names is enabled. */
export async function addUnits(scribe: Scribe, folders: readonly UnitFolder[]): Promise<void> {
  const found = await findAll(scribe, folders);
  const wanted = new Set(
    found.filter(({ inside }) => inside !== undefined && links.test(inside)).map(({ name }) => name),
  );
  const gateway = gatewayDropIns(scribe);
  for (const one of found) {
    const link = await scribe.link(one.path);
    if (link !== undefined) {
      // The distribution's own links are told by the units that they enable.
      if (vendor.test(one.path) && link.package !== undefined) continue;
      addLink(scribe, one, link);
    } else if (unitName.test(one.name)) await addFile(scribe, one, wanted, gateway);
  }
}

async function findAll(scribe: Scribe, folders: readonly UnitFolder[]): Promise<readonly Found[]> {
  const found: Found[] = [];
  const seen = new Set<string>();
  for (const folder of folders) {
    if (await again(scribe, folder.path, seen)) continue;
    for (const name of await scribe.names(folder.path)) {
      const path = `${folder.path}/${name}`;
      if (!/\.d$/.test(name) && !links.test(name)) found.push({ path, name, folder });
      else
        for (const inner of await scribe.names(path))
          found.push({ path: `${path}/${inner}`, name: inner, folder, inside: name });
      if (found.length >= maxFiles) {
        scribe.miss(`only the first ${maxFiles} units were read`);
        return found.slice(0, maxFiles);
      }
    }
  }
  return found;
}

/** /lib is a link to /usr/lib on most systems: one folder is read once. */
async function again({ sources }: Scribe, path: string, seen: Set<string>): Promise<boolean> {
  const { host, target } = sources;
  const real = await resolveInside(host, target.root, target.toReal(path)).catch(() => path);
  if (seen.has(real)) return true;
  seen.add(real);
  return false;
}

/** Folders whose drop-ins change the gateway's unit: its own, those of the prefixes of its name, and all services'. */
function gatewayDropIns({ sources }: Scribe): ReadonlySet<string> {
  const names = [...unitNames(sources.target, undefined), "openclaw.service"];
  const prefixes = names.flatMap((name) => {
    const parts = name.replace(/\.service$/, "").split("-");
    return parts.slice(1).map((_, i) => `${parts.slice(0, i + 1).join("-")}-.service.d`);
  });
  return new Set([...names.map((name) => `${name}.d`), ...prefixes, "service.d"]);
}

function addLink(scribe: Scribe, found: Found, link: NonNullable<Awaited<ReturnType<Scribe["link"]>>>): void {
  const { inside, name, folder } = found;
  const masked = link.leadsTo === "/dev/null";
  scribe.add({
    name: inside === undefined ? name : `${inside}/${name}`,
    user: folder.user,
    trigger: inside !== undefined && links.test(inside) ? inside.replace(links, "") : undefined,
    sets: [`link to ${link.leadsTo}`],
    enabled: !masked,
    path: link.path,
    facts: link.facts,
    package: link.package,
  });
}

async function addFile(
  scribe: Scribe,
  found: Found,
  wanted: ReadonlySet<string>,
  gateway: ReadonlySet<string>,
): Promise<void> {
  const { path, name, folder, inside } = found;
  const file = await scribe.file(path);
  if (file === undefined) return;
  const { settings, unreadable } = parseUnitText(textOf(file.bytes));
  const { runs, sets, triggers } = unitLines(settings, scribe.sources.redactor);
  const dropIn = inside !== undefined && inside.endsWith(".d");
  scribe.add({
    name: inside === undefined ? name : `${inside}/${name}`,
    user: folder.user,
    trigger: triggers.join(" "),
    runs,
    sets,
    enabled: dropIn ? name.endsWith(".conf") : isEnabled(name, wanted),
    odd: [
      ...(dropIn && gateway.has(inside) ? [gatewayUnitText] : []),
      ...(inside !== undefined && links.test(inside) ? ["a file where only links belong"] : []),
    ],
    file,
  });
  addUnreadable(scribe, file, unreadable, folder);
}

/** A template is enabled by the links of its instances. */
function isEnabled(name: string, wanted: ReadonlySet<string>): boolean {
  if (wanted.has(name)) return true;
  const at = name.indexOf("@.");
  return at > 0 && [...wanted].some((one) => one.startsWith(name.slice(0, at + 1)));
}

function addUnreadable(
  scribe: Scribe,
  file: SourceFile,
  lines: readonly { readonly text: string; readonly line: number }[],
  { user }: UnitFolder,
): void {
  for (const { text, line } of lines.slice(0, 20))
    scribe.add({ kind: "unreadable", name: text, user, file, locator: `line ${line}` });
  if (lines.length > 20) scribe.miss(`${file.path} has ${lines.length} lines that systemd passes over`);
}
