import { basename, dirname, join, resolve } from "node:path";
import type { FileKind, Host } from "../../host/host.ts";
import { ClawError, codeOf } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import type { Installation } from "../../openclaw/index.ts";

/**
 * The path that -o asks for: a file, or a folder in which the archive gets `name`. Refused (exit 2) inside the state folder, an
 * agent's folder or a workspace: the agent could change it there, and the next backup would hold it.
 */
export async function outFileOf(
  host: Pick<Host, "fs">,
  wanted: string,
  name: string,
  { target, agents, outside }: Installation,
): Promise<string> {
  const path = resolve(wanted);
  const isFolder = wanted.endsWith("/") || (await kindOf(host, path)) === "dir";
  const file = isFolder ? join(path, name) : path;
  await kindOf(host, file);
  const real = join(await realOf(host, dirname(file)), basename(file));
  const folders = [target.stateDir, ...outside, ...agents.flatMap(({ dir, workspace }) => [dir, workspace])];
  for (const folder of folders) {
    for (const one of [folder, await realOf(host, folder)]) {
      if (!real.startsWith(`${one}/`) && !file.startsWith(`${one}/`)) continue;
      throw new ClawError(`a backup does not belong inside ${shown(folder)}`, {
        exit: "usage",
        code: "output-inside-state",
        hint: "the agent can change what lies there, and the next backup would hold this one: name another place with -o",
      });
    }
  }
  return file;
}

/** Undefined where nothing is. Throws where that cannot be seen: then nothing can be written there either. */
async function kindOf(host: Pick<Host, "fs">, path: string): Promise<FileKind | undefined> {
  try {
    return (await host.fs.stat(path))?.kind;
  } catch (error) {
    throw new ClawError(
      `the archive cannot be written: ${shown(dirname(path))} may not be looked into (${codeOf(error) ?? "error"})`,
      {
        exit: "failed",
        code: "cannot-write-archive",
        hint: "name another place with -o, or run claw-ir as the owner of that folder",
        cause: error,
      },
    );
  }
}

async function realOf(host: Pick<Host, "fs">, path: string): Promise<string> {
  return host.fs.realpath(path).catch(() => path);
}
