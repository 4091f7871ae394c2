/**
 * The gateway's own device identity (an Ed25519 key in plain text in the state database). Without the row the gateway
 * makes a new one when it starts.
 */
import type { Host } from "../../host/host.ts";
import { str } from "../../model/json.ts";
import type { Installation } from "../types.ts";
import { changeDatabase, requireTable, stateDatabase } from "./state-db.ts";
import type { WriteReceipt } from "./types.ts";

const table = "device_identities";

/** `before` and `after` are device ids (public); `after` is empty until the next start. */
export async function forgetIdentity(host: Host, installation: Installation): Promise<WriteReceipt> {
  const path = stateDatabase(installation);
  const ids = await changeDatabase(host, installation, path, (db) => {
    requireTable(db, table, ["identity_key", "device_id", "private_key_pem"]);
    const found = db.all(`SELECT identity_key, device_id FROM ${table}`);
    db.run(`DELETE FROM ${table}`);
    return found.map((row) => ({ key: str(row["identity_key"]) ?? "?", id: str(row["device_id"]) ?? "?" }));
  });
  const shownPath = installation.target.toHost(path);
  return {
    changed: ids.map(({ key }) => ({ path: shownPath, locator: `${table}/${key}` })),
    before: ids.map(({ id }) => id).join(" "),
    after: "",
    notWritten: [],
  };
}
