/** Every form by which a secret is told, as data: a marker, what a value is made of, and when it is one. */
import { secretWords } from "../../model/secret-names.ts";
import * as is from "./shape.ts";
import { after, argument, beginning, dotted, type Shape, token, value, word } from "./shape.ts";

const raw = String.raw;
const names = secretWords;
const nameNeeds = "key secret token passw passphrase";
/** Shorter words, which also mean other things. */
const short = "pass|pwd|pw|auth|psk|passcode|jwt|creds?|credentials?";
const shortNeeds = "pass pwd pw auth psk jwt cred";
const passwords =
  "password|passwd|passphrase|passcode|passwor[dt]e?|kennwort|contraseña|mot de passe|senha|пароль|密码|密碼|パスワード";
const passwordNeeds = "passw passphrase passcode kennwort contrase passe senha пароль 密 パスワード";
const gap = raw`[ \t]{0,2}`;
/** Also escaped, as in JSON in a command, and as '\\'' in a shell. */
const quote = raw`["'\\]{0,10}`;
/** Between a name in quotes and a value in quotes, as in JSON, also in JSON that is a text in JSON. */
const colon = raw`\\{0,7}["']${gap}:${gap}\\{0,7}["']`;
/** At the beginning of a word. */
const start = raw`(?<![\w-])`;
const option = raw`${start}--(?:[a-z]{1,16}-){0,3}`;
/** What follows an option in a command, or in an array of arguments. */
const set = raw`(?:[ \t]{1,4}|=|["'][ \t]{0,2},\s{0,12})${quote}(?!-)`;
/** "for the NAS", "of admin on web-1". */
const whose = raw`(?: (?:for|of|to|on|für|del?|du) (?:[\w.-]{1,20} ){0,5}?[\w.-]{1,20})`;
const verb = raw`\s(?:is|was|are|now|should be|set to|to|lautet|ist|es|est|é|→|->)\s{1,2}`;
const says = raw`(?:\s{0,2}[:：=]\s{0,2}|${verb})`;
const opening = "[\"'`“«\\\\]{0,10}";
/** A program and its words up to an option, in one command. */
const program = (name: string): string => raw`(?<![\w.-])(?:${name})\b[^\n|;&]{0,200}?[ \t]`;

/** Known by themselves. */
const forms: readonly Shape[] = [
  beginning(
    "sk- rk- pk-lf- xai- pplx- tvly- nvapi- glpat- tskey- xapp-",
    "sk-|rk-|pk-lf-|xai-|pplx-|tvly-|nvapi-|glpat-|tskey-|xapp-",
    value(token, 16, is.busy),
  ),
  beginning(
    "gsk_ npm_ r8_ ops_ gh github_pat_ k_live_ k_test_ whsec_ dop_v1_ lin_api_ ntn_ shpat_",
    "gsk_|npm_|r8_|ops_|gh[opusr]_|github_pat_|[sr]k_(?:live|test)_|whsec_|dop_v1_|lin_api_|ntn_|shpat_",
    value(token, 16, is.busy),
  ),
  // Repositories of models are called hf_org-name, too.
  beginning("hf_", "hf_(?=[A-Za-z0-9]{20})", value(token, 20)),
  beginning("xox", raw`xox[a-z](?:\.xox[a-z])?-`, value(token, 10, is.busy)),
  beginning("aiza", "AIza", value(token, 30)),
  beginning("gocspx-", "GOCSPX-", value(token, 20)),
  beginning("ya29.", raw`ya29\.`, value(dotted, 20)),
  beginning("fc-", "fc-(?=[0-9a-f]{24})", value(token, 24)),
  beginning("sg.", raw`SG\.`, value(dotted, 16)),
  beginning("age-secret-key", "AGE-SECRET-KEY-1", value(/[A-Z0-9]/, 20)),
  beginning("akia asia", "A(?:K|S)IA(?=[A-Z0-9]{16}(?![A-Za-z0-9]))", value(/[A-Z0-9]/, 16)),
  // Telegram: numeric bot id, colon, 35 characters.
  beginning(":", "[0-9]{8,10}:", value(token, 35)),
  // Discord: base64 of the numeric id, timestamp, signature.
  beginning(".", raw`(?<![\w-])[MNO][\w-]{23,25}\.[\w-]{6}\.`, value(token, 27)),
  // JSON Web Tokens: header and payload both begin with {" in base64url.
  beginning("eyj", raw`(?<![\w-])eyJ[\w-]{5,1000}\.eyJ`, value(dotted, 5)),
  // Private keys without their first line: PKCS #8 and #1 of RSA, EC, Ed25519, OpenSSH's own, and any of them in base64.
  beginning(
    "mii mhcc migh mc4c b3blbnnza ls0tls1crudjti",
    "MII[A-Z][A-Za-z0-9+/]{1,3}(?:IBADANBgkqhkiG9w0BAQEFAASC|IBAAKC)|MHcCAQEE|MIG[A-Z]AgEAM|MC4CAQAwBQYDK2Vw|b3BlbnNzaC1rZXktdj|LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJVkFURS|BPUEVOU1NIIFBSSVZBVE|BFQyBQUklWQVRF)",
    value(/[A-Za-z0-9+/=]/, 8),
  ),
];

/** `name = value` in configs, programs, headers and options. */
const named: readonly Shape[] = [
  after(
    nameNeeds,
    raw`(?:${start}--|(?<![^\s"'(,=\[])-)(?:[a-z]{1,16}-){0,3}(?:${names})(?:[ \t]{1,4}${quote}|=${quote}|["'][ \t]{0,2},\s{0,12}["'])(?!-)`,
    value(word, 4, is.noPlaceholder),
  ),
  after(shortNeeds, raw`${option}(?:${short})${set}`, value(word, 6, is.mixed)),
  after("key pin", raw`${option}(?:key|pin)${set}`, value(word, 12, is.random)),
  after(nameNeeds, raw`(?:${names})${quote}${gap}=${gap}${quote}`, value(word, 6, is.noPlaceholder)),
  after(nameNeeds, raw`(?:${names})${quote}${gap}:${gap}\\{0,7}["']`, value(word, 6, is.noPlaceholder)),
  after(
    "pass pwd pw psk pin",
    raw`(?:["'_]|\w-)(?:pass|pwd|pw|psk|pin)${colon}`,
    value(word, 4, is.oddField),
  ),
  after(shortNeeds, raw`(?:["'_]|\w-)(?:${short})${colon}`, value(word, 6, is.mixed)),
  after("key session sid cookie", raw`["'](?:key|session|sid|cookie)${colon}`, value(word, 12, is.random)),
  after(
    `${nameNeeds} pass`,
    raw`<(?:[\w:.-]{1,30}[:._-])?(?:${names}|${short})>`,
    value(/[^<\s]/, 4, is.element),
  ),
  // In programs: env['X_TOKEN'] = "…".
  after(nameNeeds, raw`(?:${names})["']\]${gap}=${gap}["']`, value(word, 6, is.noPlaceholder)),
  // aws configure set aws_secret_access_key …, npm config set …:_authToken …
  after(nameNeeds, raw`[\w/:.-](?:${names})[ \t]{1,2}${quote}`, value(argument, 12, is.random)),
];

/** In chats, notes and jobs: "the password for x is …", "pw: …", "use token … to", "login admin / …". */
const told: readonly Shape[] = [
  after(
    nameNeeds,
    raw`(?:${names}|api key)${gap}:[ \t]{1,2}|\b(?:${names}|api key)[ \t](?:is|was)[ \t]{1,2}${quote}`,
    value(word, 8, is.odd),
  ),
  after(
    `${passwordNeeds} pass pwd pw`,
    raw`${start}(?:${passwords}|pass|pwd|pw)${says}${opening}`,
    value(word, 6, is.mixed),
  ),
  after(
    `${passwordNeeds} pass pwd pw`,
    raw`${start}(?:${passwords}|pass|pwd|pw)${whose}(?:[:：]\s{1,2}|${verb})${opening}`,
    value(word, 6, is.mixed),
  ),
  after(
    `${passwordNeeds} pw`,
    raw`${start}(?:${passwords}|pw)[ \t]{1,2}${opening}`,
    value(word, 6, is.mixed),
  ),
  after(
    "token key secret cred",
    raw`${start}(?:(?:api|access|secret|private|auth|bot|hook|webhook|license|encryption|signing)[ -]?)?(?:token|keys?|secret|credentials?|creds)(?:${says}|[ \t]{1,2})${opening}`,
    value(word, 10, is.random),
  ),
  after("pin", raw`${start}pin(?: code)?(?:${gap}[:=]|[ \t]is|[ \t]was)${gap}`, value(argument, 4, is.pin)),
  after(
    "log cred account user",
    raw`${start}(?:log[ -]?in|credentials?|creds|account|user(?:name)?)(?:[ \t](?:is|as|with)|${gap}:)?[ \t]{1,2}${quote}[\w.@+-]{1,64}(?:[ \t]/[ \t]|/|:)`,
    value(word, 6, is.mixed),
  ),
];

/** Variables and parameters, whose name may tell nothing. */
const variables: readonly Shape[] = [
  // DB_PASS=…, PASS=…, ANY_KEY=…, X_AUTH=….
  after(
    "=",
    raw`(?<![A-Za-z0-9])(?:PASS|PWD|PW|KEY|AUTH|CREDENTIAL|CREDENTIALS|CREDS?|PAT|PIN|DSN|COOKIE|PSK|JWT)=${quote}`,
    value(/[^\s"'`\\,;&<>()[\]{}$/.~]/, 8, is.odd),
    "g",
  ),
  after("=", raw`(?<![\w$.%])[A-Za-z_][\w.-]{0,63}=${quote}`, value(argument, 12, is.randomVariable)),
  after("setenv", raw`(?<![\w$.])setenv[ \t]{1,4}\w{1,64}[ \t]{1,4}${quote}`, value(argument, 12, is.random)),
  // In an address or a form: ?key=…, &X-Amz-Signature=…, -d key=….
  after(
    "key= auth= sig= signature= code= credential=",
    raw`(?:[?&#]|[ \t]${quote})(?:[a-z]{1,16}[-_]){0,4}(?:key|auth|sig|signature|code|credential)=`,
    value(/[\w.~+/%=-]/, 16, is.parameter),
  ),
  after("://", raw`:\/\/[^\s/:@"']{0,64}:`, value(/[^\s/@"']/, 3, is.userPassword)),
  after("://", raw`:\/\/`, value(/[^\s/:@"'?#]/, 12, is.userToken)),
  // ~/.pgpass: host:port:database:user:password.
  after(
    ":",
    raw`(?<![\w.*:/-])[\w.*-]{1,64}:(?:\d{1,5}|\*):[\w*-]{1,32}:[\w*-]{1,32}:`,
    value(argument, 8, is.random),
  ),
];

/** Where programs and services take a credential: by the form of the command, header or address. */
const commands: readonly Shape[] = [
  after(
    "curl wget http",
    raw`${program("curl|wget|https?")}(?:-[a-z]{0,8}[ua]|--user|--proxy-user|--auth)(?:[ \t]{1,4}|=)?${quote}[^\s"':/]{1,64}:(?!//)`,
    value(/[^\s"']/, 4, is.noPlaceholder),
  ),
  after(
    "curl",
    raw`${program("curl")}(?:-b|--cookie)(?:[ \t]{1,4}|=)${quote}[\w.-]{1,64}=`,
    value(/[^\s"']/, 4, is.noPlaceholder),
  ),
  after(
    "-h --header",
    raw`[ \t](?:-H|--header)(?:[ \t]{1,4}|=)?${quote}[\w-]{1,64}:[ \t]{0,2}`,
    value(argument, 12, is.random),
  ),
  after("sshpass", raw`\bsshpass[ \t]{1,4}-p[ \t]{0,4}${quote}`, value(/[^\s"']/, 4, is.noPlaceholder)),
  after(
    "mysql mariadb",
    raw`${program("mysql|mysqldump|mysqladmin|mariadb")}-p${quote}(?!-)`,
    value(/[^\s"']/, 4, is.noPlaceholder),
    "g",
  ),
  after(
    "redis-cli mongo",
    raw`${program("redis-cli|mongosh?")}(?:-a|-p)[ \t]{1,4}${quote}(?!-)`,
    value(argument, 4, is.noPlaceholder),
    "g",
  ),
  after(
    "ldap",
    raw`${program("ldap[a-z]{1,10}")}-w[ \t]{0,4}${quote}(?!-)`,
    value(argument, 4, is.noPlaceholder),
    "g",
  ),
  after(
    "smbclient mount.cifs rpcclient",
    raw`${program("smbclient|mount[.]cifs|rpcclient")}(?:-U|--user)(?:[ \t]{1,4}|=)${quote}[\w.\\-]{1,64}%`,
    value(argument, 4, is.noPlaceholder),
  ),
  after("pass:", raw`[ \t]-pass(?:in|out)?[ \t]{1,4}${quote}pass:`, value(argument, 4)),
  after("zip", raw`${program("zip|unzip")}-P[ \t]{0,4}${quote}`, value(argument, 4), "g"),
  after("7z rar", raw`${program("7z[a-z]{0,2}|rar|unrar")}-h?p${quote}`, value(argument, 4), "g"),
  after(
    "login",
    raw`\b(?:docker|podman|skopeo|buildah|helm|oc)[ \t][^\n|;&]{0,60}?\blogin\b[^\n|;&]{0,120}?[ \t]-p[ \t]{0,4}${quote}`,
    value(argument, 4, is.noPlaceholder),
    "g",
  ),
  after(
    "echo printf",
    raw`(?:\becho|\bprintf)[ \t]{1,4}(?:-[neE]{1,3}[ \t]{1,4})?${quote}(?:%s(?:\\n)?${quote}[ \t]{1,4}${quote})?(?:[\w.@-]{1,32}:)?`,
    value(argument, 4, is.intoLogin),
  ),
  after("<<<", raw`<<<[ \t]{0,4}${quote}`, value(argument, 12, is.random)),
  after("<<", raw`<<-?[ \t]{0,2}${quote}\w{1,20}${quote}[^\n]{0,80}\n`, value(argument, 12, is.random)),
  // HTTP headers: X-Api-Key: …, PRIVATE-TOKEN: …, Authorization: token ….
  after(
    "x- -key -token",
    raw`${start}(?:x-(?:[a-z]{1,16}-){0,3}(?:auth|key|token|secret)|(?:private|api|auth|access|session)-(?:key|token))${gap}:${gap}`,
    value(/[^\s"'`\\]/, 8, is.noPlaceholder),
  ),
  after(
    "authorization",
    raw`${start}(?:proxy-)?authorization${quote}${gap}[:=]${gap}${quote}(?:token|apikey|key|basic|bearer|digest)[ \t]{1,2}`,
    value(/[^\s"'`\\$]/, 8, is.noPlaceholder),
  ),
  after(
    "bearer basic",
    raw`(?<![A-Za-z])(?:bearer|basic)[ \t]{1,4}`,
    value(/[A-Za-z0-9_.~+/=-]/, 8, is.bearer),
  ),
  after(
    "cookie",
    raw`${start}(?:set-)?cookie${quote}${gap}[:=]${gap}${quote}[\w.-]{1,64}=`,
    value(/[^\n"'`\\]/, 4),
  ),
  // A helper that prints the credential itself: "apiKeyHelper": "echo …".
  after(
    "helper",
    raw`\b(?:apiKey|otelHeaders|proxyAuth)Helper${quote}${gap}[:=]${gap}\\{0,7}["'](?:echo|printf)[ \t]{1,4}(?:-[neE]{1,3}[ \t]{1,4})?${quote}(?![$%])`,
    value(/[^\s"'`\\]/, 4),
  ),
  // A webhook's address is all that is needed to write there.
  after("hooks.slack.com", raw`\bhooks\.slack\.com\/(?:services|workflows|triggers)\/`, value(/[\w/-]/, 8)),
  after("webhooks", raw`\bdiscord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{5,25}\/`, value(token, 8)),
  after("api.telegram.org", raw`\bapi\.telegram\.org\/bot\d{1,12}:`, value(token, 8)),
];

export const shapes: readonly Shape[] = [...forms, ...named, ...told, ...variables, ...commands];
