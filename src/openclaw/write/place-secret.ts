/** Puts a new secret where OpenClaw takes it from, in every live place that holds the old one. */
import type { Host } from "../../host/host.ts";
import { at, str } from "../../model/json.ts";
import type { Credential } from "../../model/records.ts";
import { Secret } from "../../model/secret.ts";
import { readConfig } from "../config.ts";
import type { Installation } from "../types.ts";
import { refuse } from "./live-file.ts";
import { envValue, swapInFiles } from "./place-files.ts";
import type { Placed, Swap } from "./place-files.ts";
import { storeValue, swapInRows } from "./place-rows.ts";
import { stateDatabase } from "./state-db.ts";
import type { Mark, WriteReceipt } from "./types.ts";

const byHand: Partial<Record<Credential["kind"], string>> = {
  oauth:
    "sign in again with openclaw models auth login; a pasted token would be replaced by the next refresh",
  "device-token": "remove the device and pair it again; the gateway makes the new token itself",
  "identity-key": "remove the identity; the gateway makes a new key when it starts",
};

/**
 * Replaces the credential's value by `value` in the config and its includes, environment files, auth profiles, secret
 * store rows and the approvals socket: wherever the same old value stands. A reference to the store or the environment is
 * followed to where the value is kept; file and exec references are never touched. The gateway must be proven down and the
 * state sealed. Safe to run again: what was replaced already is not found a second time.
 *
 * Throws a ClawError when nothing could be written. Where another way is the only one (a sign-in, a file or exec reference)
 * nothing is changed and `notWritten` says what the user has to do.
 */
export async function placeSecret(
  host: Host,
  installation: Installation,
  credential: Credential,
  value: Secret,
  mark: Mark,
): Promise<WriteReceipt> {
  const todo = byHand[credential.kind];
  if (todo !== undefined) return untouched(credential, todo);
  const old = await currentValue(host, installation, credential);
  if (typeof old === "string") return untouched(credential, old);
  checkNew(old, value);
  const placed = await swapEverywhere(host, installation, {
    old,
    next: value,
    ...(credential.kind === "gateway-token" ? { keep: isHookPath } : {}),
  });
  const [first] = placed.notWritten;
  if (placed.changed.length === 0)
    throw refuse(
      "not-placed",
      `the old value of ${credential.label} was found nowhere that can be written`,
      first?.todo ?? "it was changed since it was read: run claw-ir resume",
    );
  return { ...placed, before: mark(old).fingerprint, after: mark(value).fingerprint };
}

/** Nothing was written: the value in force stays what it was. */
function untouched(credential: Credential, todo: string): WriteReceipt {
  const fingerprint = credential.mark?.fingerprint ?? "";
  return {
    changed: [],
    before: fingerprint,
    after: fingerprint,
    notWritten: [{ place: credential.place, todo }],
  };
}

/** A hook token that equals the gateway token is a fault of its own and is rotated to a value of its own. */
function isHookPath(path: readonly string[]): boolean {
  return path[0] === "hooks" || (path[0] === "cron" && path[1] === "webhookToken");
}

function checkNew(old: Secret, value: Secret): void {
  const text = value.reveal();
  if (text === old.reveal())
    throw refuse("same-value", "the new value is the old one", "create a new one at the provider first");
  if (text.trim() !== text || text.length < 8 || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text))
    throw refuse(
      "implausible-value",
      "the new value is too short, or has spaces around it or control characters in it",
      "copy it again, whole and alone",
    );
}

async function swapEverywhere(host: Host, installation: Installation, swap: Swap): Promise<Placed> {
  const files = await swapInFiles(host, installation, swap);
  const rows = await swapInRows(host, installation, swap);
  return {
    changed: [...files.changed, ...rows.changed],
    notWritten: [...files.notWritten, ...rows.notWritten],
  };
}

/**
 * The value in force: the credential's own, or what a reference such as "store:default:NAME" or "env:default:NAME" leads
 * to. A text says what the user must do where that cannot be followed.
 */
export async function currentValue(
  host: Host,
  installation: Installation,
  credential: Pick<Credential, "secret" | "ref">,
): Promise<Secret | string> {
  if (credential.secret !== undefined) return credential.secret;
  const [source = "", , ...rest] = (credential.ref ?? "").split(":");
  const id = rest.join(":");
  if (source === "store") {
    const value = await storeValue(host, installation, stateDatabase(installation), id);
    return value === undefined
      ? `the secret store has no entry ${id}: openclaw secrets store set ${id} --kind secret`
      : new Secret(value);
  }
  if (source === "env") {
    const value = (await envValue(host, installation, id)) ?? (await configEnv(host, installation, id));
    return value === undefined
      ? `${id} comes from the service's or the shell's own environment: set it there`
      : new Secret(value);
  }
  if (source === "file") return `the value is in a file that the config points to (${id}): replace it there`;
  if (source === "exec")
    return `a command gives the value (${id}): replace it where that command takes it from`;
  return "where this value comes from is not known: replace it where it was set";
}

/** The config's own env block: env.NAME and env.vars.NAME. */
async function configEnv(host: Host, installation: Installation, name: string): Promise<string | undefined> {
  const { value } = await readConfig(host, installation.target);
  return str(at(value, "env", name)) ?? str(at(value, "env", "vars", name));
}
