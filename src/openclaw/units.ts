import { join } from "node:path";
import type { Assignment } from "./credentials/env-file.ts";
import { profileSuffix } from "./target.ts";
import type { Target } from "./types.ts";
import type { FileView } from "./view.ts";

/** A systemd unit as its files say it: the unit's own and its drop-ins, in the order systemd reads them. */
export interface UnitFile {
  readonly manager: "systemd-user" | "systemd-system";
  /** Such as "openclaw-gateway.service". */
  readonly name: string;
  /** Real path of the unit file. */
  readonly path: string;
  readonly dropIns: readonly string[];
  readonly restart: string;
  readonly restartMs: number;
  readonly execStart: readonly string[];
  readonly environment: readonly (Assignment & { readonly path: string })[];
  readonly environmentFiles: readonly string[];
}

const maxBytes = 256 * 1024;
const userFolders = [
  "~/.config/systemd/user",
  "~/.local/share/systemd/user",
  "/etc/systemd/user",
  "/usr/lib/systemd/user",
];
const systemFolders = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
];

/** The names under which the gateway of this profile may be installed. OPENCLAW_SYSTEMD_UNIT adds one. */
export function unitNames(target: Target, override: string | undefined): readonly string[] {
  const suffix = profileSuffix(target);
  const given = override?.trim();
  const named =
    given === undefined || given === "" ? [] : [given.endsWith(".service") ? given : `${given}.service`];
  const legacy = suffix === "" ? ["clawdbot-gateway.service"] : [];
  return [...named, `openclaw-gateway${suffix}.service`, ...legacy].filter((name) =>
    /^[A-Za-z0-9@:_.\\-]{1,200}$/.test(name),
  );
}

/**
 * The gateway's units in the standard folders, with their drop-ins. System units may also be an instance of the template
 * `openclaw@.service`. Unreadable files are left out: the service manager, where it can be asked, knows them.
 */
export async function findUnits(
  view: FileView,
  target: Target,
  override: string | undefined,
): Promise<readonly UnitFile[]> {
  const names = unitNames(target, override);
  const found: UnitFile[] = [];
  for (const [manager, folders] of [
    ["systemd-user", userFolders],
    ["systemd-system", systemFolders],
  ] as const) {
    const wanted =
      manager === "systemd-user" ? names : [...names, "openclaw.service", ...(await instances(view, target))];
    for (const name of new Set(wanted)) {
      const unit = await readUnit(view, target, manager, name, folders);
      if (unit !== undefined) found.push(unit);
    }
  }
  return found;
}

/** Enabled instances of the template, by the links in `*.wants`; the template itself if there are none. */
async function instances(view: FileView, target: Target): Promise<readonly string[]> {
  const wants = join(target.toReal("/etc/systemd/system"), "multi-user.target.wants");
  const names = (await view.list(wants).catch(() => [])).map((entry) => entry.name);
  const found = names.filter((name) => /^openclaw@[A-Za-z0-9:_.\\-]{1,100}\.service$/.test(name));
  return found.length > 0 ? found : ["openclaw@.service"];
}

async function readUnit(
  view: FileView,
  target: Target,
  manager: UnitFile["manager"],
  name: string,
  folders: readonly string[],
): Promise<UnitFile | undefined> {
  const dirs = folders.map((folder) => target.toReal(folder));
  const template = name.replace(/@[^.]*\./, "@.");
  const path = await firstFile(
    view,
    dirs.flatMap((dir) => [join(dir, name), join(dir, template)]),
  );
  if (path === undefined) return undefined;
  const dropIns = await dropInsOf(view, dirs, [...new Set([template, name])]);
  const settings = new Map<string, string[]>();
  const environment: (Assignment & { readonly path: string })[] = [];
  for (const file of [path, ...dropIns]) {
    const text = await view.readText(file, maxBytes).catch(() => "");
    for (const { key, value, line } of settingsOf(text)) {
      if (key === "Environment")
        environment.push(...assignments(value, line).map((one) => ({ ...one, path: file })));
      const known = settings.get(key) ?? [];
      // An empty assignment takes back what was set before.
      settings.set(key, value === "" ? [] : [...known, value]);
    }
  }
  const last = (key: string): string | undefined => settings.get(key)?.at(-1);
  return {
    manager,
    name,
    path,
    dropIns,
    restart: last("Restart") ?? "no",
    restartMs: spanMs(last("RestartSec")) ?? 100,
    execStart: settings.get("ExecStart") ?? [],
    environment,
    environmentFiles: (settings.get("EnvironmentFile") ?? []).map((file) => file.replace(/^-/, "")),
  };
}

/** A unit by its name, whatever it is called. */
export async function readNamedUnit(
  view: FileView,
  target: Target,
  manager: UnitFile["manager"],
  name: string,
): Promise<UnitFile | undefined> {
  const folders = manager === "systemd-user" ? userFolders : systemFolders;
  return await readUnit(view, target, manager, name, folders);
}

async function firstFile(view: FileView, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const stat = await view.stat(path).catch(() => undefined);
    if (stat?.kind === "file") return path;
  }
  return undefined;
}

async function dropInsOf(
  view: FileView,
  dirs: readonly string[],
  names: readonly string[],
): Promise<readonly string[]> {
  // A file of the same name in an earlier folder replaces the later one; all apply in order of their names.
  const byName = new Map<string, string>();
  for (const dir of [...dirs].reverse()) {
    for (const name of names) {
      const folder = join(dir, `${name}.d`);
      for (const entry of await view.list(folder).catch(() => []))
        if (entry.name.endsWith(".conf")) byName.set(entry.name, join(folder, entry.name));
    }
  }
  return [...byName.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

interface Setting {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** The settings of the [Service] section; a backslash at the end of a line continues it. Pure. */
export function settingsOf(text: string): readonly Setting[] {
  const found: Setting[] = [];
  let section = "";
  let carried = "";
  for (const [i, raw] of text.split(/\r?\n/, 5000).entries()) {
    const line = carried + raw.trim();
    carried = "";
    if (line.endsWith("\\")) {
      carried = `${line.slice(0, -1)} `;
      continue;
    }
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    if (line.startsWith("[") && line.endsWith("]")) section = line.slice(1, -1);
    const at = line.indexOf("=");
    if (section === "Service" && at > 0)
      found.push({ key: line.slice(0, at).trim(), value: line.slice(at + 1).trim(), line: i + 1 });
  }
  return found;
}

/** `Environment=A=1 "B=two words"` as assignments. */
function assignments(value: string, line: number): readonly Assignment[] {
  const words = value.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']+/g) ?? [];
  return words.flatMap((word) => {
    const bare = /^["']/.test(word) ? word.slice(1, -1).replaceAll(/\\(.)/g, "$1") : word;
    const at = bare.indexOf("=");
    return at <= 0
      ? []
      : [{ name: bare.slice(0, at), value: bare.slice(at + 1).replaceAll("%%", "%"), line }];
  });
}

const unitsMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  "": 1000,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** A systemd time span in ms: "5", "100ms", "1min 30s". Undefined for what is none. */
export function spanMs(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === "" || text.length > 100) return undefined;
  if (text.trim() === "infinity") return Number.MAX_SAFE_INTEGER;
  let total = 0;
  for (const part of text.match(/[\d.]+\s{0,3}[a-z]*|\S/gi) ?? []) {
    const match = /^(\d{1,12}(?:\.\d{1,6})?)\s{0,3}([a-z]*)$/i.exec(part);
    const unit = unitsMs[match?.[2] ?? "?"];
    if (match === null || unit === undefined) return undefined;
    total += Number(match[1]) * unit;
  }
  return total;
}
