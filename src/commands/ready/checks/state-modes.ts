import { join } from "node:path";
import { shellWord, shown } from "../../../model/text.ts";
import { type Check, fail, ok, type ReadyScene, unknown } from "../check.ts";
import { octal } from "../modes.ts";

/** What holds keys and tokens in the clear. */
const secrets = ["openclaw.json", ".env", "credentials", "identity", "secrets", "state"];

/** OpenClaw keeps keys and tokens in files: whoever may read them has them. */
export const stateModes: Check = {
  id: "state-modes",
  title: "OpenClaw's state is private",
  run: async (scene) => {
    if (!scene.installation.found) return unknown("there is no state", "name it with --state-dir");
    const open = await openPlaces(scene);
    const { target } = scene;
    if (open.length === 0) return ok("folder, config and secrets are for their owner alone");
    return fail(
      `open to others: ${open.slice(0, 4).map(shownPlace).join(", ")}${open.length > 4 ? ` and ${open.length - 4} more` : ""}`,
      `chmod go= ${open
        .map(({ path }) => shellWord(target.toReal(path)))
        .slice(0, 8)
        .join(" ")}`,
    );
  },
};

interface Open {
  readonly path: string;
  readonly mode: number;
}

function shownPlace({ path, mode }: Open): string {
  return `${shown(path, 80)} (${octal(mode)})`;
}

async function openPlaces({ host, target, installation }: ReadyScene): Promise<readonly Open[]> {
  const paths = [
    target.stateDir,
    target.configPath,
    ...installation.config.files,
    ...secrets.map((name) => join(target.stateDir, name)),
    ...installation.databases.map(({ path }) => path),
  ];
  const open: Open[] = [];
  for (const path of new Set(paths)) {
    const stat = await host.fs.stat(path);
    if (stat === undefined || stat.kind === "symlink" || (stat.mode & 0o077) === 0) continue;
    open.push({ path: target.toHost(path), mode: stat.mode });
  }
  // Nobody gets to what lies in a folder that is closed.
  const isOpen = open.some(({ path }) => path === target.toHost(target.stateDir));
  return isOpen ? open : open.filter(({ path }) => !path.startsWith(`${target.toHost(target.stateDir)}/`));
}
