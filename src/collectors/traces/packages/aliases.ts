/** Distributions moved /bin, /sbin and /lib below /usr and left links behind: packages may name a file by either path. */
import type { Ground } from "../../files.ts";

const merged = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] as const;

/** Of these folders, those that are links into /usr on the examined host. */
export async function mergedFolders({ host, target }: Ground): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of merged) {
    const real = target.toReal(folder);
    const stat = await host.fs.stat(real).catch(() => undefined);
    if (stat?.kind !== "symlink") continue;
    const link = await host.fs.readlink(real).catch(() => "");
    if (link.replace(/^\/+/, "").replace(/\/+$/, "") === `usr${folder}`) found.push(folder);
  }
  return found;
}

/** The path as given, and the same file by its other name where a merged folder gives it one. */
export function aliasesOf(path: string, folders: readonly string[]): readonly string[] {
  for (const folder of folders) {
    if (path.startsWith(`${folder}/`)) return [path, `/usr${path}`];
    if (path.startsWith(`/usr${folder}/`)) return [path, path.slice("/usr".length)];
  }
  return [path];
}
