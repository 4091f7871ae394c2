import { createHmac } from "node:crypto";

/** What may be shown of a secret: a keyed fingerprint, its length, and a public prefix such as "sk-ant-". */
export interface SecretMark {
  /** "fp:" and 12 hex digits of HMAC-SHA256 under this installation's fingerprint key. */
  readonly fingerprint: string;
  readonly length: number;
  readonly prefix?: string;
}

/** Prefixes that providers publish; they identify the kind of a credential and nothing more. */
const publicPrefix =
  /^(sk-ant-(?:api03|admin01|oat01)-|sk-or-v1-|sk-proj-|sk-svcacct-|sk-|gsk_|xai-|AIza|ghp_|gho_|ghs_|github_pat_|glpat-|hf_|nvapi-|xoxb-|xoxp-|xapp-|tskey-(?:auth|api)-|tvly-|fc-|pplx-|AKIA|ASIA|ops_)/;

/**
 * A secret value that cannot be printed by accident: string conversion, JSON and console.log all show a stand-in.
 * `reveal` is the only way to the bytes; its callers are what a reviewer has to read.
 */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  get length(): number {
    return this.#value.length;
  }
  mark(key: Uint8Array): SecretMark {
    const digest = createHmac("sha256", key).update(this.#value).digest("hex").slice(0, 12);
    const prefix = publicPrefix.exec(this.#value)?.[1];
    const base = { fingerprint: `fp:${digest}`, length: this.#value.length };
    // A prefix is told only where enough of the secret stays hidden behind it.
    return prefix !== undefined && this.#value.length >= prefix.length + 12 ? { ...base, prefix } : base;
  }
  toString(): string {
    return "[secret]";
  }
  toJSON(): string {
    return "[secret]";
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** A mark as people see it: `sk-ant-api03-… fp:1a2b3c4d5e6f (108 characters)`. */
export function showMark(mark: SecretMark): string {
  const prefix = mark.prefix === undefined ? "" : `${mark.prefix}… `;
  return `${prefix}${mark.fingerprint} (${mark.length} characters)`;
}
