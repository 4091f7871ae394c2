/** Commands whose output is a credential: what they print, or are given as their last word, may be the credential itself. */
import type { Redactor } from "../../../case/types.ts";
import { markOf } from "../secret-text.ts";

const givesCredential =
  /(?:^|\.)(?:apiKeyHelper|awsAuthRefresh|awsCredentialExport|otelHeadersHelper|gcpAuthRefresh|proxyAuthHelper)$/;
const printing =
  /((?<![\w./-])(?:\/(?:usr\/)?bin\/)?(?:echo|printf)(?:[ \t]+-[neE]{1,3})*)([ \t][^;&|()<>]*)/g;
const word = /"[^"]*"|'[^']*'|[^\s"']+/g;
const lastWord = /^(.*[\s=])(["']?)([^\s"'=]{1,500})(["']?)$/s;

/** The command of a helper, by the name of its setting, as it may be kept. */
export function helperShown(redactor: Redactor, name: string, command: string): string {
  const printed = givesCredential.test(name) ? withoutPrinted(redactor, command) : command;
  const [, lead = "", open = "", last = "", close = ""] = lastWord.exec(printed) ?? [];
  return looksSecret(last) ? `${lead}${open}${markOf(redactor, last)}${close}` : printed;
}

function withoutPrinted(redactor: Redactor, command: string): string {
  return command.replace(printing, (_, program: string, rest: string) => {
    const words = rest.replaceAll(word, (one) => {
      const bare = one.replaceAll(/^["']|["']$/g, "");
      // Variables, the format of printf, and what is too short to be one.
      return /^[$`%]/.test(bare) || bare.length < 4 ? one : markOf(redactor, bare);
    });
    return `${program}${words}`;
  });
}

/** Letters and digits without an order that a name, a path or an option would have. */
function looksSecret(text: string): boolean {
  if (text.length < 16 || /^[/~.$%-]|:\/\/|\.[a-z]{1,5}$|^\w{0,40}\/[\w./-]*$/.test(text)) return false;
  return /[0-9]/.test(text) && /[A-Za-z]/.test(text) && /^[\w+/=.:~-]+$/.test(text);
}
