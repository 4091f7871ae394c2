import { createHash } from "node:crypto";
import type { StartFile } from "../../model/host-records.ts";
import { read } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import { type Ground, listFolder, modifiedAt, readFile, textOf, troubleOf } from "../files.ts";
import { parseUnit } from "./unit-file.ts";

const maxBytes = 1 << 20;
const folders = [
  "~/.config/systemd/user",
  "~/.config/systemd/user.control",
  "~/.local/share/systemd/user",
  "/etc/systemd/user",
];
const unitName = /\.(?:service|timer|path|socket|target|conf)$/;

/** The user's own systemd units, drop-ins and the links that enable them. */
export async function readSystemdUser(ground: Ground): Promise<Reading<StartFile>> {
  const found: StartFile[] = [];
  const reasons: string[] = [];
  for (const folder of folders) {
    for (const name of await names(ground, folder, reasons)) {
      const path = `${folder}/${name}`;
      if (/\.(?:d|wants|requires)$/.test(name)) {
        for (const inner of await names(ground, path, reasons)) {
          await add(ground, `${path}/${inner}`, found, reasons);
        }
      } else {
        await add(ground, path, found, reasons);
      }
    }
  }
  return read(found, reasons);
}

async function names(ground: Ground, folder: string, reasons: string[]): Promise<readonly string[]> {
  const listed = await listFolder(ground, folder);
  if (listed.trouble !== undefined) reasons.push(listed.trouble.reason);
  return listed.names;
}

async function add(ground: Ground, path: string, found: StartFile[], reasons: string[]): Promise<void> {
  const link = await linkAt(ground, path, reasons);
  if (link !== undefined) {
    found.push(link);
    return;
  }
  if (!unitName.test(path)) return;
  const file = await readFile(ground, path, maxBytes);
  if (!file.ok) {
    if (file.outcome !== "missing") reasons.push(file.reason);
    return;
  }
  const { runs, loads } = parseUnit(textOf(file.bytes));
  found.push({
    kind: path.endsWith(".conf") ? "systemd-drop-in" : "systemd-unit",
    bytes: file.stat.size,
    ...(file.whole ? { sha256: createHash("sha256").update(file.bytes).digest("hex") } : {}),
    mode: file.stat.mode & 0o7777,
    uid: file.stat.uid,
    modifiedAt: modifiedAt(file.stat),
    runs,
    loads,
    place: { path: file.path },
  });
}

/** A symbolic link is an enabled (or masked) unit: its target is what matters. */
async function linkAt(ground: Ground, path: string, reasons: string[]): Promise<StartFile | undefined> {
  const { host, target } = ground;
  const real = target.toReal(path);
  try {
    const stat = await host.fs.stat(real);
    if (stat?.kind !== "symlink") return undefined;
    return {
      kind: "systemd-link",
      bytes: stat.size,
      mode: stat.mode & 0o7777,
      uid: stat.uid,
      modifiedAt: modifiedAt(stat),
      runs: [],
      loads: [await host.fs.readlink(real)],
      place: { path: target.toHost(real) },
    };
  } catch (error) {
    reasons.push(troubleOf(path, error).reason);
    return undefined;
  }
}

export const systemdUser: Collector = {
  id: "systemd-user",
  title: "systemd user units",
  stage: "collect",
  attack: ["T1543.002", "T1053.006", "T1574.006"],
  liveOnly: false,
  timeoutMs: 10_000,
  collect: fromReading("systemdUser"),
};
