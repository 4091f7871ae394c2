/** Devices, allow-list entries, jobs, settings and the identity: what a later case took out of the state is taken out of the restored one. */
import type { Host } from "../../../host/host.ts";
import { entryId, entryText } from "../../../model/grant-entry.ts";
import { at } from "../../../model/json.ts";
import { shown } from "../../../model/text.ts";
import type { Installation } from "../../../openclaw/index.ts";
import { parsePath } from "../../../openclaw/write/config-path.ts";
import {
  editConfig,
  forgetIdentity,
  removeDevices,
  removeGrants,
  switchOffJobs,
} from "../../../openclaw/write/index.ts";
import { attempt } from "./attempt.ts";
import type { RevocationList } from "./plan.ts";
import type { Revocation } from "./revocation.ts";

/** Whatever the layout of the restored state, tables or files: what is not in it needs no revocation. */
export async function revokeInState(
  host: Host,
  installation: Installation,
  list: RevocationList,
  scratchDir: string,
): Promise<readonly Revocation[]> {
  const hasConfig = installation.config.files.length > 0;
  return [
    ...(await devices(host, installation, list, scratchDir)),
    ...(await grants(host, installation, list, scratchDir)),
    ...(await jobs(host, installation, list)),
    ...(await identity(host, installation, list)),
    ...(hasConfig ? await settings(host, installation, list) : []),
  ];
}

async function devices(
  host: Host,
  installation: Installation,
  list: RevocationList,
  scratchDir: string,
): Promise<readonly Revocation[]> {
  const done: Revocation[] = [];
  for (const { case: of, ids, all } of list.devices) {
    done.push(
      ...(await attempt("removed devices", of, async () => {
        const gone = await removeDevices(host, installation, all ? "all" : ids, scratchDir);
        return [
          ...gone.paired.map((id) =>
            removed(`device ${id.slice(0, 16)}`, of, "its tokens went with it; pair it again if it is yours"),
          ),
          ...gone.pending.map((id) =>
            removed(`pairing request ${shown(id, 20)}`, of, "it waited for approval"),
          ),
          ...counted(gone.bootstrapTokens, "setup token", of),
          ...counted(gone.joinCodes, "join code", of),
          ...gone.notWritten.map(
            ({ todo }) => ({ what: "removed devices", case: of, state: "failed", detail: todo }) as const,
          ),
        ];
      })),
    );
  }
  return done;
}

async function grants(
  host: Host,
  installation: Installation,
  list: RevocationList,
  scratchDir: string,
): Promise<readonly Revocation[]> {
  const done: Revocation[] = [];
  for (const { case: of, entries } of list.grants) {
    done.push(
      ...(await attempt("removed allow-list entries", of, async () => {
        const { taken, notWritten } = await removeGrants(host, installation, entries, scratchDir);
        const each = new Map(taken.map((one) => [entryId(one.entry), one]));
        return [
          ...[...each.values()].map(({ entry, inverse }) =>
            removed(`allow-list entry ${shown(entryText(entry), 160)}`, of, shown(inverse, 200)),
          ),
          ...notWritten.map(
            ({ todo }) =>
              ({ what: "removed allow-list entries", case: of, state: "failed", detail: todo }) as const,
          ),
        ];
      })),
    );
  }
  return done;
}

function removed(what: string, of: string, detail: string): Revocation {
  return { what, case: of, state: "removed", detail };
}

function counted(count: number, what: string, of: string): readonly Revocation[] {
  return count === 0 ? [] : [removed(count === 1 ? what : `${count} ${what}s`, of, "what was open then")];
}

async function jobs(
  host: Host,
  installation: Installation,
  list: RevocationList,
): Promise<readonly Revocation[]> {
  const done: Revocation[] = [];
  for (const { case: of, id, what } of list.jobs) {
    done.push(
      ...(await attempt(what, of, async () => {
        const { items } = await switchOffJobs(host, installation, [id]);
        return items.map(
          (item) => ({ what: item.what, case: of, state: "off", detail: item.inverse }) as const,
        );
      })),
    );
  }
  return done;
}

async function identity(
  host: Host,
  installation: Installation,
  list: RevocationList,
): Promise<readonly Revocation[]> {
  const of = list.identity?.case;
  if (of === undefined) return [];
  return attempt("the gateway's device identity", of, async () => {
    const { changed } = await forgetIdentity(host, installation);
    return changed.length === 0
      ? []
      : [removed("the gateway's device identity", of, "the gateway makes a new one when it starts")];
  });
}

async function settings(
  host: Host,
  installation: Installation,
  list: RevocationList,
): Promise<readonly Revocation[]> {
  const done: Revocation[] = [];
  for (const { case: of, what, path: text, value, inverse } of list.settings) {
    const path = parsePath(text);
    // A channel or agent that the older config does not have needs no switch.
    const parent = path === undefined ? undefined : at(installation.config.value, ...path.slice(0, -1));
    if (path === undefined || (path.length > 2 && parent === undefined)) continue;
    if (at(installation.config.value, ...path) === value) continue;
    done.push(
      ...(await attempt(what, of, async () => {
        await editConfig(host, installation, path, value);
        return [{ what, case: of, state: "off", detail: inverse }] as const;
      })),
    );
  }
  return done;
}
