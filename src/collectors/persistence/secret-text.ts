/** Credentials in what is kept of configuration files: learned by the redactor, shown as marks. */
import type { Redactor } from "../../case/types.ts";
import { namesSecret } from "../../model/secret-names.ts";
import { Secret, showMark } from "../../model/secret.ts";

/** A value that is a secret, as it may be kept. Every other place that holds it is redacted from now on. */
export function markOf(redactor: Redactor, value: string): string {
  const secret = new Secret(value);
  redactor.learn(secret);
  return showMark(redactor.mark(secret));
}

/** A text in which the user name and password of every address are replaced by a mark. */
export function withoutLogins(redactor: Redactor, text: string): string {
  return text.replace(
    /(:\/\/)([^/@\s:]{0,200}:[^/@\s]{1,400}|[^/@\s:]{12,400})@/g,
    (_, scheme: string, user: string) => `${scheme}${markOf(redactor, user)}@`,
  );
}

/** A setting as it may be kept. */
export function shownSetting(redactor: Redactor, name: string, value: string): string {
  const reference = /^\$\{?[A-Z_][A-Z0-9_]{0,80}\}?$/i.test(value) || value === "";
  return namesSecret(name) && !reference && !/^(?:true|false)$/.test(value)
    ? `${name}=${markOf(redactor, value)}`
    : `${name}=${withoutLogins(redactor, value)}`;
}
