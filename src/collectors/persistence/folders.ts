import { resolveInside } from "../../openclaw/view.ts";
import type { Ground } from "../files.ts";

/** Folders that are not the same place by another name: where /lib is a link to /usr/lib, only the first of the two. */
export async function distinctFolders(
  { host, target }: Ground,
  folders: readonly string[],
): Promise<readonly string[]> {
  const seen = new Map<string, string>();
  for (const folder of folders) {
    const real = await resolveInside(host, target.root, target.toReal(folder)).catch(() => folder);
    if (!seen.has(real)) seen.set(real, folder);
  }
  return [...seen.values()];
}

/** The folders that an agent works in: the state, workspaces, agent folders. Paths on the examined host. */
export function ownFolders({
  target,
  installation,
}: {
  readonly target: Ground["target"];
  readonly installation: {
    readonly agents: readonly { readonly workspace: string }[];
    readonly outside: readonly string[];
  };
}): readonly string[] {
  const workspaces = installation.agents.map(({ workspace }) => workspace);
  return [...new Set([target.stateDir, ...workspaces, ...installation.outside])].map((path) =>
    target.toHost(path),
  );
}
