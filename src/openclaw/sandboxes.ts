import { join } from "node:path";
import type { Host } from "../host/host.ts";
import type { Sandbox } from "../model/activity-records.ts";
import { at, isDict, isoOf, list, num, parseJson, str } from "../model/json.ts";
import { read } from "../model/outcome.ts";
import type { Reading } from "../model/outcome.ts";
import { reasonOf } from "./failures.ts";
import { number, text as textOf, time } from "./layouts/rows.ts";
import { combine, query, type Source } from "./layouts/source.ts";
import { present } from "./present.ts";
import type { Target } from "./types.ts";
import { type FileView, viewOf } from "./view.ts";

const maxBytes = 4 << 20;
const maxFiles = 2000;
const maxEntries = 5000;
const nameChars = 500;

/**
 * `sandbox/containers.json` and `sandbox/browsers.json` (`{"entries":[…]}`), in later versions one file per entry below
 * `sandbox/containers/` and `sandbox/browsers/`: src/agents/sandbox/registry.ts of OpenClaw.
 */
export async function readSandboxes(host: Host, target: Target): Promise<Reading<Sandbox>> {
  const view = viewOf(host, target);
  const reasons: string[] = [];
  const found: Sandbox[] = [];
  for (const kind of ["container", "browser"] as const) {
    for (const path of await filesOf(view, target, kind, reasons)) {
      const shown = target.toHost(path);
      try {
        const entries = entriesOf(await view.readText(path, maxBytes));
        if (entries === undefined) reasons.push(`${shown} makes no sense`);
        found.push(...(entries ?? []).flatMap((entry) => sandboxOf(kind, entry, shown)));
      } catch (error) {
        reasons.push(reasonOf(error, shown));
      }
    }
  }
  if (found.length <= maxEntries) return read(found, reasons);
  return read(found.slice(0, maxEntries), [...reasons, `only the first ${maxEntries} sandboxes were kept`]);
}

/** Since 2026.6 the table `sandbox_registry_entries` of the shared database; what it took over may still lie there as files. */
export async function stateSandboxes(source: Source): Promise<Reading<Sandbox>> {
  const files = await readSandboxes(source.host, source.installation.target);
  if (![...source.open, ...source.closed].some(({ kind }) => kind === "state")) return files;
  const rows = query<Sandbox>(source, {
    kind: "state",
    tables: ["sandbox_registry_entries"],
    sql: "SELECT * FROM sandbox_registry_entries ORDER BY registry_kind, container_name",
    map: (row, { shown }) => {
      const name = textOf(row, "container_name")?.slice(0, nameChars);
      if (name === undefined) return undefined;
      const kind = /browser/i.test(textOf(row, "registry_kind") ?? "") ? "browser" : "container";
      const optional = {
        session: textOf(row, "session_key")?.slice(0, nameChars),
        image: textOf(row, "image")?.slice(0, nameChars),
        backEnd: textOf(row, "backend_id")?.slice(0, nameChars),
        configHash: textOf(row, "config_hash")?.slice(0, nameChars),
        createdAt: time(row, "created_at_ms"),
        usedAt: time(row, "last_used_at_ms"),
      };
      const ports = [number(row, "cdp_port"), number(row, "no_vnc_port")].filter(
        (port) => port !== undefined,
      );
      const place = { path: shown, locator: `sandbox_registry_entries/${name}` };
      return { kind, name, ...present(optional), ports, place };
    },
  });
  return combine([rows, files]);
}

async function filesOf(
  view: FileView,
  target: Target,
  kind: Sandbox["kind"],
  reasons: string[],
): Promise<readonly string[]> {
  const folder = join(target.stateDir, "sandbox", `${kind}s`);
  const whole = `${folder}.json`;
  try {
    const names = (await view.list(folder)).map(({ name }) => name).filter((name) => name.endsWith(".json"));
    if (names.length > maxFiles)
      reasons.push(`${target.toHost(folder)} holds more than ${maxFiles} sandboxes`);
    const each = names.sort().slice(0, maxFiles);
    const first = (await view.stat(whole)) === undefined ? [] : [whole];
    return [...first, ...each.map((name) => join(folder, name))];
  } catch (error) {
    reasons.push(reasonOf(error, target.toHost(folder)));
    return [];
  }
}

function entriesOf(text: string): readonly unknown[] | undefined {
  const value = parseJson(text);
  if (!isDict(value)) return undefined;
  return "entries" in value ? list(value["entries"]) : [value];
}

/** Nothing for what has no name. */
function sandboxOf(kind: Sandbox["kind"], entry: unknown, path: string): readonly Sandbox[] {
  const text = (name: string): string | undefined => str(at(entry, name))?.slice(0, nameChars);
  const name = text("containerName");
  if (name === undefined) return [];
  const ports = [at(entry, "cdpPort"), at(entry, "noVncPort")].map(num).filter((port) => port !== undefined);
  const optional = {
    session: text("sessionKey"),
    image: text("image"),
    backEnd: text("backendId"),
    configHash: text("configHash"),
    createdAt: isoOf(num(at(entry, "createdAtMs")) ?? Number.NaN),
    usedAt: isoOf(num(at(entry, "lastUsedAtMs")) ?? Number.NaN),
  };
  return [{ kind, name, ...present(optional), ports, place: { path, locator: name } }];
}
