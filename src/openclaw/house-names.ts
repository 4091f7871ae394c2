/**
 * What OpenClaw's folders and files were called: clawdbot until 2026.1.24, openclaw since 2026.1.29; that release also looked
 * for moltbot and moldbot, the names of the days between.
 */
const names = ["openclaw", "clawdbot", "moltbot", "moldbot"] as const;

/** ".openclaw", or ".openclaw-work" for a profile, the newest name first. */
export function stateFolders(profile: string | undefined): readonly string[] {
  return names.map((name) => (profile === undefined ? `.${name}` : `.${name}-${profile}`));
}

/** "openclaw.json" first. */
export const configFiles: readonly string[] = names.map((name) => `${name}.json`);

/** The profile in the name of a state folder: undefined for none, and for a folder that is no state by its name. */
export function profileIn(folder: string): string | undefined {
  return /^\.(?:openclaw|clawdbot|moltbot|moldbot)-([a-z0-9][a-z0-9_-]{0,63})$/i.exec(folder)?.[1];
}

export function isStateFolder(folder: string): boolean {
  return stateFolders(undefined).includes(folder) || profileIn(folder) !== undefined;
}

/** Whether it is a state of before 2026.1.29: its agents worked in `~/clawd` and `~/clawd-<agent>`. */
export function isClawdbot(stateFolder: string, configFile: string): boolean {
  return /^\.(?:clawdbot|moltbot|moldbot)/.test(stateFolder) && configFile !== "openclaw.json";
}
