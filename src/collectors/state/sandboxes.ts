import type { Sandbox } from "../../model/activity-records.ts";
import { read } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import { readSandboxes } from "../../openclaw/sandboxes.ts";
import type { Collector } from "../collector.ts";
import type { Sources } from "../sources.ts";

/** Before the state was copied only those in files: what the databases hold is a gap then. */
export async function sandboxesOf({ host, target, installation, state }: Sources): Promise<Reading<Sandbox>> {
  if (state !== undefined) return state.sandboxes();
  const { records, reason } = await readSandboxes(host, target);
  const closed = installation.databases.length > 0 ? ["the state's databases were not opened"] : [];
  return read(records, [...(reason === undefined ? [] : [reason]), ...closed]);
}

export const sandboxes: Collector = {
  id: "sandboxes",
  title: "Containers that OpenClaw made for sessions and browsers",
  stage: "collect",
  attack: ["T1610"],
  liveOnly: false,
  timeoutMs: 30_000,
  collect: sandboxesOf,
};
