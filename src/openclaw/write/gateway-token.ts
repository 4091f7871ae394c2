/** A new shared secret of the gateway, made here and written wherever the old one stands. */
import type { Host } from "../../host/host.ts";
import { at, isDict, str } from "../../model/json.ts";
import type { Credential, Place } from "../../model/records.ts";
import { Secret } from "../../model/secret.ts";
import { readConfig } from "../config.ts";
import { envRefOf, secretRefOf, showRef } from "../refs.ts";
import type { Installation } from "../types.ts";
import { editConfig } from "./config-edit.ts";
import { refuse } from "./live-file.ts";
import { envValue } from "./place-files.ts";
import { currentValue, placeSecret } from "./place-secret.ts";
import type { Mark, WriteReceipt } from "./types.ts";

/** 32 random bytes, as the hardening guides ask for: 43 characters base64url, or 64 hexadecimal ones. */
export function makeToken(host: Pick<Host, "random">, form: "base64url" | "hex" = "base64url"): Secret {
  return new Secret(Buffer.from(host.random(32)).toString(form));
}

export interface NewGatewayToken extends WriteReceipt {
  readonly mode: "token" | "password";
  readonly next: Secret;
  /** The one that has to be refused from now on; undefined where none was set. */
  readonly old?: Secret;
}

/** What the config says about the gateway's secret. */
type Current =
  | { readonly kind: "value"; readonly secret: Secret }
  | { readonly kind: "ref"; readonly ref: string }
  | { readonly kind: "none" };

/**
 * Replaces the gateway's token (or password, where that is its auth mode). The order in which OpenClaw looks is kept: the
 * config's value, else OPENCLAW_GATEWAY_TOKEN of the environment files; where neither has one, the config gets it. Throws
 * for auth modes without a shared secret. `notWritten` names copies that only the user can change.
 */
export async function rotateGatewayToken(
  host: Host,
  installation: Installation,
  mark: Mark,
): Promise<NewGatewayToken> {
  const { value } = await readConfig(host, installation.target);
  const mode = modeOf(at(value, "gateway", "auth"));
  const next = makeToken(host);
  const current = await currentOf(host, installation, at(value, "gateway", "auth", mode), mode);
  if (current.kind === "none") {
    const old = await envValue(host, installation, envName("CLAWDBOT", mode));
    const edit = await editConfig(host, installation, ["gateway", "auth", mode], next.reveal());
    const { changed } = await replaceShadowed(host, installation, mode, next, mark);
    const before = old === undefined || old === "" ? undefined : new Secret(old);
    return {
      mode,
      next,
      changed: [edit.place, ...changed],
      before: before === undefined ? "" : mark(before).fingerprint,
      after: mark(next).fingerprint,
      notWritten: [],
      ...(before === undefined ? {} : { old: before }),
    };
  }
  const credential = credentialOf(installation, mode, current);
  // Read before it is replaced: the old value has to be refused later.
  const old = await currentValue(host, installation, credential);
  const receipt = await placeSecret(host, installation, credential, next, mark);
  const shadowed = await replaceShadowed(host, installation, mode, next, mark);
  return {
    ...receipt,
    changed: [...receipt.changed, ...shadowed.changed],
    mode,
    next,
    ...(typeof old === "string" ? {} : { old }),
  };
}

/** An older value in an environment file comes to life again when the config's is taken out: it goes as well. */
async function replaceShadowed(
  host: Host,
  installation: Installation,
  mode: "token" | "password",
  next: Secret,
  mark: Mark,
): Promise<Pick<WriteReceipt, "changed">> {
  const changed: Place[] = [];
  for (const house of houses) {
    const value = await envValue(host, installation, envName(house, mode));
    if (value === undefined || value === "" || value === next.reveal()) continue;
    const shadow = credentialOf(installation, mode, { kind: "value", secret: new Secret(value) });
    changed.push(...(await placeSecret(host, installation, shadow, next, mark)).changed);
  }
  return { changed };
}

/** clawdbot 2026.1 knew the second house only; 2026.2 took it still, later ones do not. */
const houses = ["OPENCLAW", "CLAWDBOT"] as const;

function envName(house: (typeof houses)[number], mode: "token" | "password"): string {
  return `${house}_GATEWAY_${mode.toUpperCase()}`;
}

function modeOf(auth: unknown): "token" | "password" {
  const mode = str(at(auth, "mode"));
  if (mode === "none" || mode === "trusted-proxy")
    throw refuse(
      "no-shared-secret",
      `the gateway's auth mode is ${mode}: it has no token to rotate`,
      mode === "none"
        ? "switch it to token auth first: gateway.auth.mode"
        : "rotate the credentials of the proxy that signs users in",
    );
  if (mode === "password") return "password";
  if (mode === "token") return "token";
  const hasToken = at(auth, "token") !== undefined;
  return !hasToken && at(auth, "password") !== undefined ? "password" : "token";
}

async function currentOf(
  host: Host,
  installation: Installation,
  configured: unknown,
  mode: "token" | "password",
): Promise<Current> {
  const ref = secretRefOf(configured);
  if (ref !== undefined) return { kind: "ref", ref: showRef(ref) };
  const text = str(configured);
  const name = text === undefined ? envName("OPENCLAW", mode) : envRefOf(text);
  if (name === undefined && text !== undefined && text !== "")
    return { kind: "value", secret: new Secret(text) };
  if (isDict(configured))
    throw refuse(
      "unknown-token-form",
      "the gateway's token is written in a form claw-ir does not know",
      "set it by hand",
    );
  if (name === undefined) return { kind: "none" };
  const fromEnv = await envValue(host, installation, name);
  if (fromEnv !== undefined && fromEnv !== "") return { kind: "value", secret: new Secret(fromEnv) };
  return text === undefined ? { kind: "none" } : { kind: "ref", ref: `env:default:${name}` };
}

function credentialOf(
  installation: Installation,
  mode: "token" | "password",
  current: Exclude<Current, { readonly kind: "none" }>,
): Credential {
  const path = installation.target.toHost(installation.target.configPath);
  return {
    id: "gateway-token",
    kind: "gateway-token",
    provider: "openclaw",
    label: `gateway.auth.${mode}`,
    live: true,
    place: { path, locator: `gateway.auth.${mode}` },
    ...(current.kind === "ref" ? { ref: current.ref } : { secret: current.secret }),
  };
}
