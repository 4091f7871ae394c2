/** What a container has to do with OpenClaw and with the account it runs under: pure. */
import { at, list, str } from "../../model/json.ts";
import type { HostFact, HostTrait } from "../../model/live-records.ts";

/** Folders on the examined host. */
export interface OwnPlaces {
  readonly home: string;
  readonly stateDir: string;
}

/** Below the state dir: what is made to be shared with tools. Everything else there is OpenClaw's own. */
const shared = /^(?:workspace(?:-[^/]{1,100})?|sandbox(?:es)?|skills|media|canvas|tmp|browser)(?:\/|$)/;
const logins =
  /^(?:\.ssh|\.aws|\.azure|\.gnupg|\.kube|\.docker|\.config\/(?:gcloud|gh)|\.netrc|\.git-credentials|\.npmrc|\.claude|\.codex)(?:\/|$)/;
const sandboxName = /^(?:openclaw|clawdbot|moltbot|clawd)-(?:sbx|sandbox)-/;

export function sourcesOf({ data }: HostFact): readonly string[] {
  return list(data?.["mounts"]).flatMap((mount) => str(at(mount, "source")) ?? []);
}

/** By its name, its image, its command, or the label that OpenClaw gives its sandboxes. */
export function namesOpenclaw({ name, detail, traits, data }: HostFact): boolean {
  if (traits.includes("agent-cell") || traits.includes("sandbox")) return true;
  const words = `${name} ${str(data?.["image"]) ?? ""} ${detail.slice(0, 4096)}`;
  return /openclaw|clawdbot|moltbot/i.test(words);
}

/** OpenClaw's own, an agent's cell, one that runs it under another name, or one that has the state mounted. */
export function isOpenclawContainer(fact: HostFact, stateDir: string): boolean {
  return namesOpenclaw(fact) || sourcesOf(fact).includes(stateDir);
}

/** The fact with the traits that depend on where OpenClaw and its account live. */
export function withOwnTraits(fact: HostFact, { home, stateDir }: OwnPlaces): HostFact {
  const sandbox = sandboxName.test(fact.name) || fact.data?.["sandbox"] === true;
  const told: HostFact = sandbox ? { ...fact, traits: [...fact.traits, "sandbox"] } : fact;
  const sources = sourcesOf(told).map(plain);
  const below = (folder: string): readonly string[] =>
    sources.flatMap((source) => (source.startsWith(`${folder}/`) ? [source.slice(folder.length + 1)] : []));
  const covers = (folder: string): boolean =>
    sources.some((source) => source === folder || (source !== "" && folder.startsWith(`${source}/`)));
  const holds: readonly (readonly [HostTrait, boolean])[] = [
    ["openclaw", namesOpenclaw(told)],
    ["mounts-state", covers(stateDir) || below(stateDir).some((path) => !shared.test(path))],
    ["mounts-home", covers(home)],
    ["mounts-logins", [...below(home), ...below("/root")].some((path) => logins.test(path))],
  ];
  return { ...told, traits: [...told.traits, ...holds.filter(([, yes]) => yes).map(([trait]) => trait)] };
}

/** "/" becomes nothing: that it has the host's root is told by another trait. */
function plain(source: string): string {
  return source.replace(/\/{1,20}$/, "");
}
