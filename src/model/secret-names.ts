/** Names under which secrets are kept, as people and programs write them: of JSON keys, options, variables and settings. */

const words =
  "(?:api|access|secret|private|encrypt(?:ion)?|signing)[_-]?key|secret|token|passwd|password|passphrase|bearer";
const ending = new RegExp(`(?:${words})$`, "i");
/** What begins with "credential" is often a helper's or a folder's name. */
const holding = new RegExp(`${words}|passw|credentials?$|extraheader|_auth$`, "i");

/** What is kept under such a name is a secret whatever it looks like: the name ends in one of the words. */
export function isSecretName(name: string): boolean {
  return ending.test(name);
}

/** Whether one of the words is anywhere in the name: where hiding too much costs little. */
export function namesSecret(name: string): boolean {
  return holding.test(name);
}
