/**
 * The gateway's own device identity (an Ed25519 key in plain text): a row of the state database, before 2026.8 a file. Without it
 * the gateway makes a new one when it starts.
 */
import type { Host } from "../../host/host.ts";
import { str } from "../../model/json.ts";
import type { Place } from "../../model/records.ts";
import type { Installation } from "../types.ts";
import { refuse } from "./live-file.ts";
import { recordFile } from "./record-file.ts";
import { changeDatabase, hasTable, requireTable } from "./state-db.ts";
import type { WriteReceipt } from "./types.ts";

const table = "device_identities";
const identityFile = "identity/device.json";

interface Forgotten {
  readonly place: Place;
  readonly id: string;
}

/** `before` and `after` are device ids (public); `after` is empty until the next start. `changed` is empty where there was none. */
export async function forgetIdentity(host: Host, installation: Installation): Promise<WriteReceipt> {
  const gone = [...(await fromTable(host, installation)), ...(await fromFile(host, installation))];
  return {
    changed: gone.map(({ place }) => place),
    before: gone.map(({ id }) => id).join(" "),
    after: "",
    notWritten: [],
  };
}

async function fromTable(host: Host, installation: Installation): Promise<readonly Forgotten[]> {
  const path = installation.databases.find(({ kind }) => kind === "state")?.path;
  if (path === undefined) return [];
  const shownPath = installation.target.toHost(path);
  return changeDatabase(host, installation, path, (db) => {
    if (!hasTable(db, table, [])) return [];
    requireTable(db, table, ["identity_key", "device_id", "private_key_pem"]);
    const found = db.all(`SELECT identity_key, device_id FROM ${table}`);
    db.run(`DELETE FROM ${table}`);
    return found.map((row) => ({
      place: { path: shownPath, locator: `${table}/${str(row["identity_key"]) ?? "?"}` },
      id: str(row["device_id"]) ?? "?",
    }));
  });
}

async function fromFile(host: Host, installation: Installation): Promise<readonly Forgotten[]> {
  const file = await recordFile(host, installation, identityFile);
  if (file === undefined) return [];
  await host.fs.remove(file.path);
  if ((await host.fs.stat(file.path)) !== undefined)
    throw refuse(
      "not-removed",
      `${file.shown} is there again after it was removed`,
      "look for a process that puts it back, then remove it by hand",
    );
  return [{ place: { path: file.shown }, id: str(file.value["deviceId"]) ?? "?" }];
}
