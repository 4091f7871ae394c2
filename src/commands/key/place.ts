import type { Host } from "../../host/host.ts";
import type { Edge } from "../edge.ts";
import { enter } from "../incident.ts";
import type { CommonOptions } from "../options.ts";

/** Where keys are kept on this host, and where no private key may lie. */
export interface KeyPlace {
  readonly host: Host;
  readonly dataDir: string;
  /** State folder and workspaces: the agent reads them. */
  readonly keepOut: readonly string[];
}

/** Runs `work` where the keys are; with --demo that is a temporary place. Only `make` makes the data folder. */
export async function withKeys(
  edge: Edge,
  options: CommonOptions,
  { make }: { readonly make: boolean },
  work: (place: KeyPlace) => Promise<void>,
): Promise<void> {
  const at = await enter(edge, options, { make: make && options.dryRun !== true });
  const { target, agents } = at.installation;
  try {
    await work({
      host: at.host,
      dataDir: at.dataDir,
      keepOut: [target.stateDir, ...agents.map((agent) => agent.workspace)],
    });
  } finally {
    await at.leave();
  }
}

export type Done = (exit: number) => void;
