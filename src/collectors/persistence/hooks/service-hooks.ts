import { ownership } from "../script.ts";
import { type Scribe, sourceOf, wholeText } from "../scribe.ts";

export interface RotateHook {
  readonly when: string;
  readonly lines: readonly string[];
  /** Of its first line, from 1. */
  readonly line: number;
}

/** `postrotate` … `endscript` and the other scripts of logrotate(8). */
export function rotateHooks(text: string): readonly RotateHook[] {
  const found: RotateHook[] = [];
  let open: { readonly when: string; readonly lines: string[]; readonly line: number } | undefined;
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (open === undefined) {
      const when = /^(?:prerotate|postrotate|firstaction|lastaction|preremove)$/.exec(line)?.[0];
      if (when !== undefined) open = { when, lines: [], line: i + 1 };
    } else if (line === "endscript") {
      found.push(open);
      open = undefined;
    } else if (line !== "" && !line.startsWith("#") && open.lines.length < 300) {
      open.lines.push(line);
    }
  }
  return open === undefined ? found : [...found, open];
}

export interface NetService {
  readonly name: string;
  readonly runs: string;
  readonly user?: string;
  readonly disabled: boolean;
  readonly line: number;
}

/** Services of xinetd.conf(5): `service NAME { key = value … }`. */
export function xinetdServices(text: string): readonly NetService[] {
  const found: NetService[] = [];
  let open:
    { readonly name: string; readonly line: number; readonly values: Map<string, string> } | undefined;
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    const name = /^service\s+(\S{1,200})/.exec(line)?.[1];
    if (name !== undefined) open = { name, line: i + 1, values: new Map() };
    else if (line === "}" && open !== undefined) {
      const { values } = open;
      const user = values.get("user");
      const runs = [values.get("server"), values.get("server_args")]
        .filter((one) => one !== undefined)
        .join(" ");
      const disabled = values.get("disable") === "yes";
      found.push({
        name: open.name,
        runs,
        disabled,
        line: open.line,
        ...(user === undefined ? {} : { user }),
      });
      open = undefined;
    } else if (open !== undefined) {
      const match = /^(\w{1,40})\s*[-+]?=\s*(.{0,4000})$/.exec(line);
      if (match?.[1] !== undefined && match[2] !== undefined) open.values.set(match[1], match[2].trim());
    }
  }
  return found;
}

/** Services of inetd.conf(5): name, socket, protocol, flags, user, program, arguments. */
export function inetdServices(text: string): readonly NetService[] {
  return text.split("\n").flatMap((raw, i) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) return [];
    const [name = "", , , , user = "", ...program] = line.slice(0, 4096).split(/\s+/);
    return program.length === 0
      ? []
      : [{ name, user, runs: program.join(" "), disabled: false, line: i + 1 }];
  });
}

async function paths(scribe: Scribe, file: string, folder: string): Promise<readonly string[]> {
  return [file, ...(await scribe.names(folder)).map((name) => `${folder}/${name}`)];
}

export const serviceHooks = sourceOf(
  {
    id: "service-hooks",
    title: "Scripts of logrotate, services of xinetd and inetd",
    attack: ["T1546", "T1543"],
    timeoutMs: 30_000,
    platform: "linux",
  },
  async (scribe) => {
    for (const path of await paths(scribe, "/etc/logrotate.conf", "/etc/logrotate.d")) {
      const file = await scribe.file(path);
      if (file === undefined) continue;
      const name = path.slice(path.lastIndexOf("/") + 1);
      for (const { when, lines, line } of rotateHooks(wholeText(scribe, file))) {
        scribe.add({ name, file, locator: `line ${line}`, trigger: `logrotate, ${when}`, runs: lines });
      }
    }
    for (const path of [
      ...(await paths(scribe, "/etc/xinetd.conf", "/etc/xinetd.d")),
      ...(await paths(scribe, "/etc/inetd.conf", "/etc/inetd.d")),
    ]) {
      const file = await scribe.file(path);
      if (file === undefined) continue;
      const odd = await ownership(scribe, file);
      const text = wholeText(scribe, file);
      const services = path.includes("/xinetd") ? xinetdServices(text) : inetdServices(text);
      for (const { name, runs, user, disabled, line } of services) {
        const where = { file, locator: `line ${line}`, trigger: `a connection to ${name}` };
        scribe.add({ ...where, name, user, enabled: !disabled, runs: runs === "" ? [] : [runs], odd });
      }
    }
  },
);
