import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

export interface Auth {
  /** The shared token, or a paired device's. */
  readonly accepts: (token: string) => boolean;
  readonly isShared: (token: string) => boolean;
  /** Ids of the paired devices. */
  readonly devices: () => readonly string[];
}

/** Read again at every request: a rotation or removal takes effect at once, as in OpenClaw's hot reload. */
export function readAuth(stateDir: string): Auth {
  const config = JSON.parse(readFileSync(join(stateDir, "openclaw.json"), "utf8")) as {
    gateway: { auth: { token: string } };
  };
  const paired = pairedDevices(stateDir);
  const isShared = (token: string): boolean => token === config.gateway.auth.token;
  return {
    isShared,
    accepts: (token) => isShared(token) || paired.some((device) => device.tokens.includes(token)),
    devices: () => paired.map(({ id }) => id),
  };
}

function pairedDevices(
  stateDir: string,
): readonly { readonly id: string; readonly tokens: readonly string[] }[] {
  const db = new Database(join(stateDir, "state", "openclaw.sqlite"), {
    readonly: true,
    fileMustExist: true,
  });
  try {
    const rows = db.prepare("SELECT device_id, tokens_json FROM device_pairing_paired").all() as {
      device_id: string;
      tokens_json: string | null;
    }[];
    return rows.map((row) => {
      const tokens = Object.values(JSON.parse(row.tokens_json ?? "{}") as Record<string, { token: string }>);
      return { id: row.device_id, tokens: tokens.map(({ token }) => token) };
    });
  } finally {
    db.close();
  }
}
