import { isSecretKey } from "../../model/config-keys.ts";
import { isDict } from "../../model/json.ts";
import { isSensitiveName } from "../../model/secret-names.ts";
import { Secret } from "../../model/secret.ts";
import { envRefOf, secretRefOf, showRef } from "../refs.ts";
import { isSecretShape, isSecretVariable } from "./names.ts";

/** A value at a place of a parsed config (or any JSON) that is a secret, or refers to one. */
export interface FoundSecret {
  /** Dotted, list positions as `[0]`, such as `channels.telegram.accounts.work.botToken`. */
  readonly path: string;
  readonly keys: readonly string[];
  /** Absent where the config only refers to it. */
  readonly secret?: Secret;
  /** "env:default:NAME", "store:default:NAME", …: recognised, never resolved. */
  readonly ref?: string;
}

const maxFound = 5000;
const maxDepth = 64;
const maxLength = 65_536;
const plain = /^[A-Za-z_$][\w$-]*$/;

/**
 * Every secret-looking value below `config`: by the name of its key, by the shape of the value, and everything in an `env`
 * or `headers` block that looks like one. Pure; values end up in `Secret` only.
 */
export function secretsInConfig(config: unknown): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  walk(config, [], "", found);
  return found;
}

function walk(value: unknown, keys: readonly string[], path: string, found: FoundSecret[]): void {
  if (found.length >= maxFound || keys.length > maxDepth) return;
  const ref = secretRefOf(value);
  if (ref !== undefined) {
    found.push({ path, keys, ref: showRef(ref) });
  } else if (Array.isArray(value)) {
    value.forEach((item: unknown, i) => walk(item, keys, `${path}[${i}]`, found));
  } else if (isDict(value)) {
    for (const [key, item] of Object.entries(value)) walk(item, [...keys, key], join(path, key), found);
  } else if (typeof value === "string") {
    leaf(value, keys, path, found);
  }
}

function leaf(value: string, keys: readonly string[], path: string, found: FoundSecret[]): void {
  if (value.trim() === "" || value.length > maxLength) return;
  const variable = envRefOf(value);
  if (!isSecretKey(path) && !isSensitiveName(keys.at(-1) ?? "") && !isSecretShape(value)) return;
  if (variable !== undefined) found.push({ path, keys, ref: `env:default:${variable}` });
  else if (!isVariable(keys) || isSecretVariable(keys.at(-1) ?? "", value) || isHeader(keys, value))
    found.push({ path, keys, secret: new Secret(value) });
}

/** In an `env` block ordinary settings stand beside secrets. */
function isVariable(keys: readonly string[]): boolean {
  return keys
    .slice(0, -1)
    .some((key) => key === "env" || key === "vars" || key === "headers" || key === "environment");
}

function isHeader(keys: readonly string[], value: string): boolean {
  const name = keys.at(-1) ?? "";
  return keys.includes("headers") && value.length >= 6 && /auth|key|token|secret|cookie/i.test(name);
}

function join(path: string, key: string): string {
  if (!plain.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
