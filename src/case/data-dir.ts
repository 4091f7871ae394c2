import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { FileStat, Host } from "../host/host.ts";
import { ClawError, codeOf } from "../model/errors.ts";
import { shown } from "../model/text.ts";
import { storing } from "./failure.ts";

export const casesFolder = "cases";
const keyName = "fingerprint.key";
const keyBytes = 32;

/**
 * The folder for everything claw-ir keeps: `option` (--data-dir), else $CLAW_IR_HOME, else ~/.claw-ir. Made with mode 0700
 * if it is not there, unless `make` is false. Returns its real path. Refused (exit 2) inside one of `forbidden` (state folder, workspaces), because
 * there the examined agent could write to it and the seal would contain itself; links are resolved before comparing.
 */
export async function resolveDataDir(
  host: Host,
  option: string | undefined,
  forbidden: readonly string[],
  { make: mayMake = true }: { readonly make?: boolean } = {},
): Promise<string> {
  const wanted = resolve(fromHome(host, chosen(host, option)));
  const path = await realOf(host, wanted);
  for (const folder of forbidden) {
    for (const one of [resolve(folder), await realOf(host, resolve(folder))]) {
      if (isWithin(path, one) || isWithin(wanted, one)) throw insideError(wanted, folder);
    }
  }
  const existing = await storing(`looking at ${shown(path)}`, () => host.fs.stat(path));
  if (existing === undefined) {
    if (mayMake) await make(host, path);
  } else await checkExisting(host, path, existing);
  return path;
}

function chosen(host: Host, option: string | undefined): string {
  if (option !== undefined && option !== "") return option;
  const named = host.facts.env["CLAW_IR_HOME"];
  return named !== undefined && named !== "" ? named : join(host.facts.home, ".claw-ir");
}

function fromHome(host: Host, path: string): string {
  return path === "~" || path.startsWith("~/") ? join(host.facts.home, path.slice(1)) : path;
}

/** The real path of what exists of it, with the rest put behind. */
async function realOf(host: Host, path: string): Promise<string> {
  const rest: string[] = [];
  for (let here = path; ; here = dirname(here)) {
    try {
      return join(await host.fs.realpath(here), ...rest);
    } catch {
      if (dirname(here) === here) return path;
      rest.unshift(basename(here));
    }
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function insideError(wanted: string, folder: string): ClawError {
  return new ClawError(`the data folder ${shown(wanted)} lies inside ${shown(folder)}`, {
    exit: "usage",
    code: "data-dir-inside-state",
    hint: "the agent could write to it there: name another place with --data-dir or CLAW_IR_HOME",
  });
}

async function make(host: Host, path: string): Promise<void> {
  await storing(`making the data folder ${shown(path)}`, async () => {
    await host.fs.mkdir(path, { mode: 0o700 });
    // A umask can only take bits away, but a parent's default ACL can add some.
    await host.fs.chmod(path, 0o700);
  });
}

async function checkExisting(host: Host, path: string, stat: FileStat): Promise<void> {
  if (stat.kind !== "dir") {
    throw new ClawError(`the data folder ${shown(path)} is a ${stat.kind}`, {
      exit: "usage",
      code: "not-a-folder",
      hint: "name a folder with --data-dir or CLAW_IR_HOME",
    });
  }
  if (stat.uid !== host.facts.uid && stat.uid !== 0) {
    host.terminal.err(`warning: the data folder ${shown(path)} belongs to another user (uid ${stat.uid})\n`);
  }
  if ((stat.mode & 0o077) !== 0) await tighten(host, path, stat.mode);
}

/** Only a folder that is ours, or empty, is made private: --data-dir /tmp must not close /tmp. */
async function tighten(host: Host, path: string, mode: number): Promise<void> {
  const entries = await storing(`listing ${shown(path)}`, () => host.fs.list(path));
  const ours = entries.length === 0 || entries.some(({ name }) => name === casesFolder || name === keyName);
  const octal = (mode & 0o777).toString(8).padStart(4, "0");
  if (!ours) {
    throw new ClawError(
      `the data folder ${shown(path)} is used for something else and open to others (${octal})`,
      {
        exit: "usage",
        code: "data-dir-open",
        hint: `name a folder of its own, such as --data-dir ${shown(join(path, "claw-ir"))}`,
      },
    );
  }
  try {
    await host.fs.chmod(path, 0o700);
    host.terminal.err(`the data folder ${shown(path)} was open to others (${octal}); it is 0700 now\n`);
  } catch (error) {
    host.terminal.err(
      `warning: the data folder ${shown(path)} is open to others (${octal}) and cannot be closed (${codeOf(error) ?? "error"})\n`,
    );
  }
}

/** The 32 random bytes that fingerprints are keyed with; made once, with mode 0600. */
export async function fingerprintKey(host: Host, dataDir: string): Promise<Uint8Array> {
  const path = join(dataDir, keyName);
  return storing(`reading ${shown(path)}`, async () => {
    for (let attempt = 0; ; attempt += 1) {
      const key = await readKey(host, dataDir);
      if (key !== undefined) return key;
      if ((await host.fs.stat(path)) === undefined) await createKey(host, path);
      // Somebody else is just writing it, or a crash left it short.
      else if (attempt < 40) await host.clock.sleep(50);
      else await host.fs.writeAtomic(path, host.random(keyBytes));
    }
  });
}

/** The key, or undefined if there is none or it is not whole. Never makes one. */
export async function readKey(host: Host, dataDir: string): Promise<Uint8Array | undefined> {
  const path = join(dataDir, keyName);
  const stat = await host.fs.stat(path);
  if (stat?.size !== keyBytes) return undefined;
  if ((stat.mode & 0o077) !== 0) await host.fs.chmod(path, 0o600).catch(() => undefined);
  return host.fs.read(path, { maxBytes: keyBytes });
}

async function createKey(host: Host, path: string): Promise<void> {
  try {
    const handle = await host.fs.create(path, { mode: 0o600 });
    await handle.write(host.random(keyBytes));
    await handle.finish();
    await host.fs.syncDir(dirname(path));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** The key for the journal's authentication codes, so that fingerprints never equal them. */
export function journalKey(fingerprint: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac("sha256", fingerprint).update(Buffer.from("claw-ir journal v1")).digest());
}
