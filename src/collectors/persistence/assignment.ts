/** NAME=value settings in what is kept: values that say what is loaded or run are shown, all others only as a mark. */
import type { Redactor } from "../../case/types.ts";
import { Secret, showMark } from "../../model/secret.ts";

/** Variables whose value says which code runs, where programs and libraries are looked for, or who is asked for a password. */
const telling =
  /^(?:LD_\w{1,40}|DYLD_\w{1,40}|GCONV_PATH|LOCPATH|GLIBC_TUNABLES|MALLOC_\w{1,30}|PATH|MANPATH|CDPATH|FPATH|fpath|SHELL|HOME|USER|LOGNAME|TERM|PWD|LANG|LC_\w{1,20}|TZ|BASH_ENV|ENV|ZDOTDIR|PROMPT_COMMAND|PS[0-4]|IFS|SHELLOPTS|BASHOPTS|HIST\w{1,20}|TMOUT|NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|NPM_CONFIG_(?:PREFIX|REGISTRY|USERCONFIG|SCRIPT_SHELL)|npm_config_\w{1,40}|PYTHON(?:PATH|STARTUP|HOME|USERBASE|INSPECT|BREAKPOINT|WARNINGS)|PERL5?(?:LIB|OPT|DB)|PERL5OPT|PERL5LIB|RUBY(?:OPT|LIB)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|LUA_(?:PATH|INIT)|GIT_(?:SSH|SSH_COMMAND|EDITOR|PAGER|ASKPASS|EXEC_PATH|TEMPLATE_DIR|CONFIG\w{0,20}|PROXY_COMMAND)|SSH_(?:ASKPASS|ASKPASS_REQUIRE|AUTH_SOCK|SK_HELPER)|SUDO_ASKPASS|(?:VISUAL|EDITOR|PAGER|MANPAGER|BROWSER|LESSOPEN|LESSCLOSE)|DISPLAY|(?:GCC|LS|GREP)_COLORS?|XDG_\w{1,30}|DBUS_SESSION_BUS_ADDRESS|(?:OPENCLAW|CLAWDBOT|MOLTBOT)_(?:HOME|STATE_DIR|CONFIG_PATH|PROFILE|GATEWAY_PORT|SYSTEMD_UNIT|LAUNCHD_LABEL)|MAILTO|MAILFROM|CRON_TZ|RANDOM_DELAY|START_HOURS_RANGE|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_HOME|WGETRC|INPUTRC|TERMINFO|PYENV_ROOT|NVM_DIR|SYSTEMD_\w{1,40}|INVOCATION_ID|DEBIAN_FRONTEND)$/;

/** `NAME=value` as it may be kept. */
export function shownAssignment(redactor: Redactor, name: string, value: string): string {
  if (telling.test(name) || value === "" || /^(?:\d{1,5}|true|false|yes|no|on|off)$/i.test(value)) {
    return `${name}=${value}`;
  }
  return `${name}=${showMark(redactor.mark(new Secret(value)))}`;
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

const word = /(?:\\[\s\S]?|"(?:\\[\s\S]|[^"\\])*(?:"|\\?$)|'[^']*'?|[^\s"'\\])+/g;
const part = /\\([\s\S]?)|"((?:\\[\s\S]|[^"\\])*)(?:"|\\?$)|'([^']*)'?/g;
const maxWords = 1000;

/** Words in shell-like quotes; a quote that is never closed ends with the text. At most 1000 words. */
export function quotedWords(text: string): readonly string[] {
  const words: string[] = [];
  for (const [match] of text.matchAll(word)) {
    if (words.length >= maxWords) break;
    words.push(match.replaceAll(part, unquotedPart));
  }
  return words;
}

function unquotedPart(_: string, escaped?: string, double?: string, single?: string): string {
  return escaped ?? double?.replaceAll(/\\([\s\S])/g, "$1") ?? single ?? "";
}

/** `A=1 "B=two words"` → A and B; words without "=" are left out. */
export function assignmentsIn(text: string): readonly NamedValue[] {
  return quotedWords(text.slice(0, 65_536)).flatMap((word) => {
    const at = word.indexOf("=");
    return at <= 0 ? [] : [{ name: word.slice(0, at), value: word.slice(at + 1) }];
  });
}
