import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

export interface Auth {
  /** The shared token, or a paired device's. */
  readonly accepts: (token: string) => boolean;
  readonly isShared: (token: string) => boolean;
  readonly isDevice: (token: string) => boolean;
}

/** Read again at every request: a rotation or removal takes effect at once, as in OpenClaw's hot reload. */
export function readAuth(stateDir: string): Auth {
  const config = JSON.parse(readFileSync(join(stateDir, "openclaw.json"), "utf8")) as {
    gateway: { auth: { token: string } };
  };
  const devices = deviceTokens(stateDir);
  const isShared = (token: string): boolean => token === config.gateway.auth.token;
  const isDevice = (token: string): boolean => devices.has(token);
  return { isShared, isDevice, accepts: (token) => isShared(token) || isDevice(token) };
}

function deviceTokens(stateDir: string): ReadonlySet<string> {
  const db = new Database(join(stateDir, "state", "openclaw.sqlite"), {
    readonly: true,
    fileMustExist: true,
  });
  try {
    const rows = db.prepare("SELECT tokens_json FROM device_pairing_paired").all() as {
      tokens_json: string | null;
    }[];
    const tokens = rows.flatMap((row) =>
      Object.values(JSON.parse(row.tokens_json ?? "{}") as Record<string, { token: string }>),
    );
    return new Set(tokens.map(({ token }) => token));
  } finally {
    db.close();
  }
}
