import type { Credential } from "../../model/records.ts";
import { isSecretVariableName } from "../../model/secret-names.ts";

/** What a place in the config, a variable's name or a store's key says about the secret that stands there. */
export interface CredentialName {
  readonly kind: Credential["kind"];
  readonly provider: string;
  readonly label: string;
}

/** Stable within an installation: the gateway's own by their kind, everything else as "provider/label". */
export function credentialId({ kind, provider, label }: CredentialName): string {
  if (kind === "gateway-token") return label;
  return kind === "hook-token" && label === "hooks.token" ? "hook-token" : `${provider}/${label}`;
}

/** Names of variables that do not begin with their provider's own name. */
const envProviders: readonly (readonly [RegExp, string])[] = [
  [/^(?:GEMINI|GOOGLE(?:_API)?)_/, "google"],
  [/^CLAUDE_/, "anthropic"],
  [/^(?:GH|GITHUB|COPILOT)_/, "github"],
  [/^(?:HF|HUGGINGFACE|HUGGING_FACE)_/, "huggingface"],
  [/^(?:KIMI|MOONSHOT)_/, "moonshot"],
  [/^(?:ZAI|Z_AI)_/, "zai"],
  [/^(?:XI|ELEVENLABS)_/, "elevenlabs"],
  [/^AZURE_/, "azure-openai"],
  [/^AWS_/, "aws-bedrock"],
  [/^(?:TS|TAILSCALE)_/, "tailscale"],
  [/^OP_/, "onepassword"],
  [/^(?:OPENCLAW|CLAWDBOT|MOLTBOT)_/, "openclaw"],
];

const channels = new Set(
  "telegram discord slack whatsapp signal matrix mattermost msteams line zalo twitch irc feishu googlechat bluebubbles nostr".split(
    " ",
  ),
);

/** What the name of an environment variable says. */
export function envName(name: string): CredentialName {
  if (/^(?:OPENCLAW|CLAWDBOT)_GATEWAY_TOKEN$/.test(name))
    return { kind: "gateway-token", provider: "openclaw", label: "gateway-token" };
  if (/^(?:OPENCLAW|CLAWDBOT)_GATEWAY_PASSWORD$/.test(name))
    return { kind: "gateway-token", provider: "openclaw", label: "gateway-password" };
  const provider =
    envProviders.find(([pattern]) => pattern.test(name))?.[1] ??
    name.split("_")[0]?.toLowerCase() ??
    "unknown";
  if (channels.has(provider)) return { kind: "channel-token", provider, label: name };
  const key = /(?:_API_KEY|_ADMIN_KEY|_OAUTH_TOKEN|_BEARER_TOKEN)/.test(name);
  return { kind: key ? "provider-key" : "env", provider, label: name };
}

type Namer = (path: readonly string[]) => CredentialName;

/** By the first keys of a place in the config. */
const namers: readonly (readonly [RegExp, Namer])[] = [
  [/^gateway\b/, gatewayName],
  [
    /^models\.providers\./,
    (path) => ({
      kind: "provider-key",
      provider: path[2] ?? "unknown",
      label: tail(path, 3, "apiKey", "config"),
    }),
  ],
  [/^channels\./, channelName],
  [/^hooks\./, (path) => ({ kind: "hook-token", provider: "openclaw", label: path.join(".") })],
  [/^env\./, (path) => envName(path.at(-1) ?? "")],
  [
    /^(?:plugins|skills)\.entries\./,
    (path) => ({ kind: "other", provider: path[2] ?? "unknown", label: path.slice(3).join(".") }),
  ],
  [/^mcp\./, (path) => ({ kind: "other", provider: path[2] ?? "mcp", label: path.join(".") })],
];

/** What the place in OpenClaw's config says. `path` are the keys from the top. */
export function configName(path: readonly string[]): CredentialName {
  const place = path.join(".");
  const namer = namers.find(([pattern]) => pattern.test(place))?.[1];
  if (namer !== undefined) return namer(path);
  const kind = /api.?key/i.test(path.at(-1) ?? "") ? "provider-key" : "other";
  return { kind, provider: path.at(-2) ?? path[0] ?? "unknown", label: place };
}

function gatewayName(path: readonly string[]): CredentialName {
  const place = path.join(".");
  const labels = new Map([
    ["gateway.auth.token", "gateway-token"],
    ["gateway.auth.password", "gateway-password"],
    ["gateway.remote.token", "gateway-remote-token"],
    ["gateway.remote.password", "gateway-remote-password"],
  ]);
  const label = labels.get(place);
  return label === undefined
    ? { kind: "other", provider: "openclaw", label: place }
    : { kind: "gateway-token", provider: "openclaw", label };
}

/** `channels.telegram.botToken` → "default.botToken"; `channels.telegram.accounts.work.botToken` → "work.botToken". */
function channelName(path: readonly string[]): CredentialName {
  const provider = path[1] ?? "unknown";
  const account = path[2] === "accounts" ? (path[3] ?? "default") : "default";
  const field = path.slice(path[2] === "accounts" ? 4 : 2).join(".");
  return { kind: "channel-token", provider, label: `${account}.${field}` };
}

function tail(path: readonly string[], from: number, usual: string, otherwise: string): string {
  const rest = path.slice(from).join(".");
  return rest === usual || rest === "" ? otherwise : `${otherwise}.${rest}`;
}

/** Values that show what they are, whatever stands beside them. */
const secretShapes = [
  /^(?:sk|pk|rk|gsk|xai|tvly|fc|pplx|nvapi|hf|ghp|gho|ghs|ghu|glpat|tskey|ops|xox[abeprs]|xapp)[-_][A-Za-z0-9_-]{12,}/,
  /^github_pat_[A-Za-z0-9_]{20,}/,
  /^AIza[A-Za-z0-9_-]{20,}/,
  /^(?:AKIA|ASIA)[A-Z0-9]{16}$/,
  /^\d{6,12}:[A-Za-z0-9_-]{20,}$/,
  /^eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\./,
  /^-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/,
  /^https?:\/\/[^/\s:@]{0,200}:[^/\s@]{3,200}@/,
];

export function isSecretShape(value: string): boolean {
  return value.length >= 16 && value.length <= 65_536 && secretShapes.some((shape) => shape.test(value));
}

/** Whether an environment variable holds a secret, judged by its name and its value. Paths and plain words do not. */
export function isSecretVariable(name: string, value: string): boolean {
  if (value.length < 6) return false;
  if (isSecretShape(value)) return true;
  return !/^(?:\/|~\/|\.\/)/.test(value) && isSecretVariableName(name);
}
