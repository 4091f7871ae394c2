/** Which files of a state dir or a workspace are worth comparing, and as what. */
import type { Area } from "./types.ts";

const identity =
  /^(?:[^/]{1,100}\/)?(?:SOUL|AGENTS|IDENTITY|USER|TOOLS|HEARTBEAT|BOOT|BOOTSTRAP|MEMORY|CLAUDE|WORKFLOW_AUTO)\.md$/;

/** `path` is relative to the folder of the repository. Undefined: sessions, logs and the like, which always change. */
export function areaOf(path: string): Area | undefined {
  if (path.length > 2000) return undefined;
  if (/(?:^|\/)(?:node_modules|\.git)\//.test(path)) return undefined;
  if (/^(?:openclaw|clawdbot)\.json$/.test(path)) return "config";
  if (
    /(?:^|\/)(?:\.env(?:\.[\w-]{1,40})?|auth-profiles\.json|secrets\.json|gateway\.systemd\.env)$/.test(path)
  ) {
    return "credential";
  }
  if (path.startsWith("credentials/")) return "credential";
  if (/^(?:[^/]{1,100}\/)?skills\//.test(path)) return "skill";
  if (/^(?:[^/]{1,100}\/)?hooks\//.test(path)) return "hook";
  if (path.startsWith("extensions/")) return "plugin";
  if (/^cron\/[^/]{1,100}\.json$/.test(path)) return "cron";
  return identity.test(path) ? "identity" : undefined;
}

/** Folders below the repository's own that are walked for files the baseline does not know. */
export function isWalked(path: string): boolean {
  return /^(?:workspace[\w.-]{0,80}|skills|hooks|extensions|credentials|cron)(?:\/|$)/.test(path);
}
