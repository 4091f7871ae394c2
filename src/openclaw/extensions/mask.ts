/** Commands and addresses as they may be written down: what is or names a secret is masked. */
import { isSecretSetting } from "../../model/secret-names.ts";
import { isSecretShape, isSecretVariable } from "../credentials/names.ts";

const mask = "[secret]";
const maxWords = 400;

/** The words of a command line, with the values of secret flags, secret assignments and secret shapes masked. */
export function maskedWords(words: readonly string[]): readonly string[] {
  let hide = false;
  return words.slice(0, maxWords).map((word) => {
    const hidden = hide;
    hide = /^--?[A-Za-z]/.test(word) && !word.includes("=") && namesSecret(word);
    return hidden && !word.startsWith("-") ? mask : maskedWord(word);
  });
}

function maskedWord(word: string): string {
  return maskedAssignment(word) ?? maskedHeader(word) ?? maskedValue(word);
}

function maskedAssignment(word: string): string | undefined {
  const [, name, value] = /^(-{0,2}[A-Za-z_][\w.-]{0,120})=(.*)$/su.exec(word) ?? [];
  if (name === undefined || value === undefined) return undefined;
  if (value !== "" && namesSecret(name)) return `${name}=${mask}`;
  // An address with a password in it says where it leads.
  if (isAddress(value)) return `${name}=${maskedUrl(value)}`;
  return `${name}=${isSecretVariable(name, value) ? mask : value}`;
}

/** "Authorization: Bearer x", as curl and others take it. */
function maskedHeader(word: string): string | undefined {
  const name = /^([A-Za-z][\w-]{0,80}):\s/.exec(word)?.[1];
  return name !== undefined && namesSecret(name) ? `${name}: ${mask}` : undefined;
}

function maskedValue(word: string): string {
  if (isAddress(word)) return maskedUrl(word);
  return isSecretShape(word) ? mask : word;
}

function isAddress(word: string): boolean {
  return /^[a-z][a-z0-9+.-]{0,20}:\/\//i.test(word);
}

/** "--api-key" → "api-key"; names as people write them. */
function namesSecret(name: string): boolean {
  return isSecretSetting(name.replace(/^-+/, ""));
}

/** An address without user name, password, fragment and the values of its query. */
export function maskedUrl(text: string): string {
  const match =
    /^([a-z][a-z0-9+.-]{0,20}:\/\/)(?:[^/@?#\s]{0,1000}@)?([^?#\s]{0,2000})(\?[^#\s]{0,4000})?/i.exec(text);
  if (match === null) return mask;
  const [, scheme = "", rest = "", query = ""] = match;
  const user = text.slice(scheme.length).startsWith(rest) ? "" : `${mask}@`;
  const path = rest
    .split("/")
    .map((part) => (isSecretShape(part) ? mask : part))
    .join("/");
  return `${scheme}${user}${path}${maskedQuery(query)}`;
}

function maskedQuery(query: string): string {
  if (query === "") return "";
  const parts = query
    .slice(1)
    .split("&")
    .map((part) => {
      const at = part.indexOf("=");
      return at < 0 ? mask : `${part.slice(0, at)}=${mask}`;
    });
  return `?${parts.join("&")}`;
}

/** An environment block as words: values of ordinary settings as they are, so that NODE_OPTIONS and the like are seen. */
export function maskedEnv(env: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(env)
    .slice(0, maxWords)
    .map(([name, value]) => {
      if (typeof value !== "string") return `${name}=[reference]`;
      return isSecretVariable(name, value) || namesSecret(name)
        ? `${name}=${mask}`
        : maskedWord(`${name}=${value}`);
    });
}
