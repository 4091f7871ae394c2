import { anyValue, names, noPlaceholder, odd, token, type Shape } from "./shape.ts";

/** Where programs and services take a credential whose name does not tell: by the form of the command, header or address. */
export const inCommands: readonly Shape[] = [
  // curl -u user:password, and its proxy.
  {
    pattern:
      /(\bcurl\b[^\n|;&]{0,200}?[ \t](?:-u|-U|--user|--proxy-user)(?:[ \t]{1,4}|=)["']?[^\s"':/]{1,64}:)[^\s"'$]{4}/g,
    body: /[^\s"']/,
    keepGroup: true,
  },
  { pattern: /(\bsshpass[ \t]{1,4}-p[ \t]{0,4}["']?)[^\s"'$]{4}/g, body: /[^\s"']/, keepGroup: true },
  {
    pattern: /(\b(?:mysql|mysqldump|mysqladmin|mariadb)(?:[ \t][^\n|;&]{0,200}?)?[ \t]-p["']?)[^\s"'$-]{4}/g,
    body: /[^\s"']/,
    keepGroup: true,
  },
  // HTTP headers: X-Api-Key: …, X-Auth: …, Authorization: token ….
  {
    pattern:
      /((?<![\w-])x-(?:[a-z]{1,16}-){0,3}(?:auth|key|token|secret)[ \t]{0,2}:[ \t]{0,2})[^\s"'`\\]{8}/gi,
    body: /[^\s"'`\\]/,
    keepGroup: true,
    plausible: noPlaceholder,
  },
  {
    pattern:
      /((?<![\w-])(?:proxy-)?authorization["']?[ \t]{0,2}[:=][ \t]{0,2}["']?(?:token|apikey|key|basic|bearer|digest)[ \t]{1,2})[^\s"'`\\$]{8}/gi,
    body: /[^\s"'`\\]/,
    keepGroup: true,
    plausible: noPlaceholder,
  },
  // A helper that prints the credential itself: "apiKeyHelper": "echo …".
  {
    pattern:
      /(\b(?:apiKey|otelHeaders|proxyAuth)Helper\\{0,3}["']?[ \t]{0,2}[:=][ \t]{0,2}\\{0,3}["'](?:echo|printf)[ \t]{1,4}(?:-[neE]{1,3}[ \t]{1,4})?\\{0,3}["']?)[^\s"'`\\$%]{4}/g,
    body: /[^\s"'`\\]/,
    keepGroup: true,
  },
  // A webhook's address is all that is needed to write there.
  {
    pattern: /(\bhooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{8}/g,
    body: /[\w/-]/,
    keepGroup: true,
  },
  {
    pattern: /(\bdiscord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{5,25}\/)[\w-]{8}/g,
    body: token,
    keepGroup: true,
  },
  { pattern: /(\bapi\.telegram\.org\/bot\d{1,12}:)[\w-]{8}/g, body: token, keepGroup: true },
  // In an address or a form: ?key=…, &sig=…, -d key=….
  {
    pattern: /((?:[?&]|[ \t]["']?)(?:key|auth|sig|signature|code)=)[\w.~+/%=-]{16}/gi,
    body: /[\w.~+/%=-]/,
    keepGroup: true,
    plausible: (found, next) => !found.startsWith("/") && odd(found, next) && /[0-9]/.test(found),
  },
  // Environment: DB_PASS=…, PASS=…, ANY_KEY=…, X_AUTH=….
  {
    pattern:
      /((?<![A-Za-z0-9_])(?:[A-Z0-9]{1,32}_){0,4}(?:PASS|PWD|KEY|AUTH|CREDENTIAL|CREDENTIALS|PAT|PIN|DSN)=["']?)[^\s"'`\\,;&<>()[\]{}$/.~]{8}/g,
    body: anyValue,
    keepGroup: true,
    plausible: odd,
  },
  // In programs: env['X_TOKEN'] = "…".
  {
    pattern: new RegExp(String.raw`((?:${names})["']\][ \t]{0,2}=[ \t]{0,2}["'])${anyValue.source}{6}`, "gi"),
    body: anyValue,
    keepGroup: true,
    plausible: noPlaceholder,
  },
];
