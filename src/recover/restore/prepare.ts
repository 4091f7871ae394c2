/** A restored OpenClaw state before its first start: what was revoked since is revoked again, and what acts by itself is off. */
import { dirname } from "node:path";
import { readRevocations, type RevocationReading } from "../../case/revocations.ts";
import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/errors.ts";
import type { SwitchedOff } from "../../model/evidence.ts";
import type { Dict } from "../../model/json.ts";
import type { Credential } from "../../model/records.ts";
import type { Secret } from "../../model/secret.ts";
import { shown } from "../../model/text.ts";
import { openState, type Installation } from "../../openclaw/index.ts";
import { restoredState } from "../drill/restored.ts";
import { quieten, toLinkAgain } from "./quieten.ts";
import { revocationList, type RevocationList } from "./revoke/plan.ts";
import type { Revocation } from "./revoke/revocation.ts";
import { revokeInState } from "./revoke/state.ts";
import { revokeSecrets } from "./revoke/secrets.ts";

export interface PrepareRequest {
  /** Stands for "/" of the host the archive was made on. */
  readonly tree: string;
  readonly about: Dict;
  readonly createdAt?: string;
  readonly dataDir: string;
  readonly fingerprintKey: Uint8Array;
  /** Leave cron, hooks and channels as they were. */
  readonly asIs: boolean;
  /** The state whose values may be taken over, in place. */
  readonly inForce?: Installation;
}

export interface Prepared {
  /** There is an OpenClaw state in what was restored. */
  readonly found: boolean;
  readonly revocations: readonly Revocation[];
  readonly switchedOff: readonly SwitchedOff[];
  readonly relink: readonly string[];
  /** What could not be done or known, in whole sentences: the restore is one in part. */
  readonly gaps: readonly string[];
}

const nothing: Prepared = { found: false, revocations: [], switchedOff: [], relink: [], gaps: [] };

export async function prepareState(host: Host, request: PrepareRequest): Promise<Prepared> {
  const restored = await restoredState(host, request.tree, request.about);
  if (restored?.installation.found !== true) return nothing;
  const { installation } = restored;
  const reading = await readRevocations(host, request.dataDir);
  const { target } = installation;
  const list = revocationList(reading.cases, request.createdAt, target.toHost(target.stateDir));
  const gaps = [...gapsOf(reading, request.createdAt)];
  const revocations = [
    ...(await revokeInState(host, installation, list, dirname(request.tree))),
    ...(await inSecrets(host, request, installation, list, gaps)),
  ];
  const hasConfig = installation.config.files.length > 0;
  const switchedOff = request.asIs || !hasConfig ? [] : await offOrGap(host, installation, gaps);
  const failed = revocations.filter(({ state }) => state === "failed");
  for (const { what, detail } of failed) gaps.push(`NOT revoked: ${what}: ${detail}.`);
  const removed = revocations.some(({ what, state }) => state === "removed" && what.startsWith("device "));
  return {
    found: true,
    revocations,
    switchedOff,
    relink: await toLinkAgain(host, installation, removed),
    gaps,
  };
}

/** A case that cannot be read is a blind spot: what it revoked may live again. */
export function* gapsOf({ unread }: RevocationReading, createdAt: string | undefined): Generator<string> {
  for (const { case: id, reason } of unread)
    yield `Case ${shown(id)} could not be relied on (${shown(reason, 200)}): what it revoked may live again.`;
  if (createdAt === undefined)
    yield "The archive does not say when it was made: everything that any case revoked was revoked again.";
}

async function offOrGap(
  host: Host,
  installation: Installation,
  gaps: string[],
): Promise<readonly SwitchedOff[]> {
  try {
    return await quieten(host, installation);
  } catch (error) {
    if (host.signal.aborted) throw error;
    gaps.push(`Cron, hooks and channels could not all be switched off: ${shown(messageOf(error), 300)}.`);
    return [];
  }
}

async function inSecrets(
  host: Host,
  { tree, fingerprintKey, inForce }: PrepareRequest,
  installation: Installation,
  list: RevocationList,
  gaps: string[],
): Promise<readonly Revocation[]> {
  if (list.ended.size === 0 && list.gatewayToken === undefined) return [];
  const scratch = dirname(tree);
  const credentials = await credentialsOf(host, installation, scratch, fingerprintKey);
  if (credentials.problem !== undefined)
    gaps.push(`The restored secrets were not all read: ${credentials.problem}.`);
  const taken =
    inForce?.found === true ? await credentialsOf(host, inForce, scratch, fingerprintKey) : undefined;
  return revokeSecrets(host, {
    installation,
    list,
    credentials: credentials.records,
    inForce: taken?.records ?? [],
    mark: (secret: Secret) => secret.mark(fingerprintKey),
  });
}

/** From copies, which are removed before this returns. */
async function credentialsOf(
  host: Host,
  installation: Installation,
  scratch: string,
  fingerprintKey: Uint8Array,
): Promise<{ readonly records: readonly Credential[]; readonly problem?: string }> {
  const state = await openState(host, installation, scratch, { fingerprintKey });
  try {
    const reading = await state.credentials();
    const problem =
      reading.outcome === "ok" || reading.outcome === "missing"
        ? undefined
        : (reading.reason ?? reading.outcome);
    return { records: reading.records, ...(problem === undefined ? {} : { problem: shown(problem, 300) }) };
  } finally {
    await state.close();
  }
}
