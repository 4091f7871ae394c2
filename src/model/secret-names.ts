/** Names under which secrets are kept, as people and programs write them: of JSON keys, options, variables and settings. */

const keyNames = "(?:api|access|secret|private|encrypt(?:ion)?|signing)[_-]?key";
/** Whatever stands under one of these is a secret. For expressions that look for `name = value` in a text. */
export const secretWords = `${keyNames}|secret|token|passwd|password|passphrase`;

const words = `${secretWords}|bearer`;
const ending = new RegExp(`(?:${words})$`, "i");
/** What begins with "credential" is often a helper's or a folder's name. */
const holding = new RegExp(`${words}|passw|credentials?$|extraheader|_auth$`, "i");
const setting = new RegExp(`(?:${words}|credential|authorization|cookie|webhook(?:url)?)s?$`, "i");
const settingWord = /^(?:key|pin|auth|pass|bearer)$/i;
const budget = /^(?:max|context|reserve|min|keep|soft|hard|total).*tokens$/i;
const header = /^x-[\w-]{0,60}key$/i;
const inVariable =
  /(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASS|PASSWD|PASSWORD|PASSPHRASE|PWD|CREDENTIALS?|COOKIE|AUTH|AUTHKEY|BEARER|PRIVATE|DSN|WEBHOOK|SID)(?:_|$)/i;
const placeVariable = /_(?:FILE|PATH|DIR|HOME|SOCK|SOCKET)$/i;
/** OpenClaw's own rule (src/config/sensitive-paths.ts), without names that only say where the secret lies. */
const sensitive = /password|secret|api.?key|encrypt.?key|private.?key|serviceaccount$/i;
const placeName = /(?:file|path|dir|ref|mode|name|policy|provider|source)$/i;

/** What is kept under such a name is a secret whatever it looks like: the name ends in one of the words. */
export function isSecretName(name: string): boolean {
  return ending.test(name);
}

/** Whether one of the words is anywhere in the name: where hiding too much costs little. */
export function namesSecret(name: string): boolean {
  return holding.test(name);
}

/** Whether a setting, header or option of this name is shown only as a fingerprint: also several, and short words for one. */
export function isSecretSetting(name: string): boolean {
  if (budget.test(name)) return false;
  return setting.test(name) || settingWord.test(name) || header.test(name);
}

/** Whether an environment variable of this name holds a secret: one of the words stands in it on its own. */
export function isSecretVariableName(name: string): boolean {
  return inVariable.test(name) && !placeVariable.test(name);
}

/** Whether OpenClaw itself hides the setting of this name. */
export function isSensitiveName(name: string): boolean {
  return sensitive.test(name) && !placeName.test(name);
}

const flag = /^--?(?:[a-z-]*-)?(?:pass|auth|key|pin|psk)$/i;

/** Whether an option such as `--token` or `--hook-auth` names a secret, which follows as a word of its own or after "=". */
export function isSecretOption(name: string): boolean {
  return name.startsWith("-") && (flag.test(name) || isSecretName(name));
}
