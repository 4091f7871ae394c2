/** What a command or a tool's arguments give away. Linear-time expressions, as in fetch-and-run.ts. */
import { logicalLines } from "./lines.ts";

/** Idioms of a shell that talks back to somebody, with what each is. Sources: MITRE ATT&CK T1059.004, T1095. */
const reverseShells: readonly { readonly says: string; readonly pattern: RegExp }[] = [
  {
    says: "opens a network connection through bash's /dev/tcp",
    pattern: /\/dev\/(?:tcp|udp)\/[^\s/]{1,255}\/[\w$]/,
  },
  {
    says: "hands a shell to netcat",
    pattern: /\b(?:nc|ncat|netcat)\b[^\n|;]{0,120}?[ \t]-[a-z]{0,4}[ec][ \t]+\S{0,40}sh\b/,
  },
  { says: "hands a shell to socat", pattern: /\bsocat\b[^\n]{0,200}?\b(?:exec|system):/i },
  {
    says: "makes an interactive shell of a socket",
    pattern: /\b(?:ba|z|da)?sh[ \t]+-i[ \t]*(?:[<>]&|[0-9]>&|>[ \t]*&)/,
  },
  {
    says: "feeds a shell from a named pipe and netcat",
    pattern: /\bmkfifo\b[^\n]{0,300}?\b(?:nc|ncat|netcat|telnet|openssl)\b/,
  },
];
const scriptSocket =
  /\b(?:socket\.socket|socket\.create_connection|IO::Socket|fsockopen|TCPSocket|net\.connect|createConnection)\b/;
const scriptShell =
  /\b(?:pty\.spawn|os\.dup2|subprocess\.(?:call|Popen|run)|child_process|exec|spawn|system|popen)\b[^\n]{0,80}?\bsh\b/;

/** One of these words is in everything that is found; most text has none and is done with. */
const possible =
  /\/dev\/(?:tcp|udp)\/|\bn(?:c|cat|etcat)\b|socat|mkfifo|sh[ \t]+-i|socket|fsockopen|net\.connect|createConnection/i;

/** What kind of reverse shell the text holds, and where; undefined for none. */
export function findReverseShell(
  text: string,
): { readonly says: string; readonly excerpt: string } | undefined {
  if (!possible.test(text.slice(0, 1 << 20))) return undefined;
  for (const { line } of logicalLines(text.slice(0, 1 << 20))) {
    const idiom = reverseShells.find(({ pattern }) => pattern.test(line));
    if (idiom !== undefined) return { says: idiom.says, excerpt: line };
    if (scriptSocket.test(line) && scriptShell.test(line)) {
      return { says: "connects a socket to a shell in a script", excerpt: line };
    }
  }
  return undefined;
}

const secretPlace =
  /(?:^|[\s"'`=:(/~@<])(?:\.env(?:\.[\w-]{1,20})?|auth-profiles\.json|secrets\.json|gateway\.systemd\.env|openclaw\.json|clawdbot\.json|openclaw(?:-agent)?\.sqlite|\.netrc|\.git-credentials|\.npmrc|\.pypirc|creds\.json)(?=$|[\s"'`;|&)<>,*])|\.ssh\/(?:id_\w|identity|\*)|\.aws\/credentials|\.config\/gcloud|\.kube\/config|\.gnupg\/|\.openclaw\/credentials|\/proc\/[\w*$]{1,10}\/environ|\bprintenv\b|\bfind-generic-password\b|\bdump-keychain\b|Login Data|cookies\.sqlite|key4\.db|\/etc\/shadow\b/;

/** Names a place where credentials are kept. */
export function namesSecretPlace(text: string): boolean {
  return secretPlace.test(text.slice(0, 65_536));
}

const upload =
  /\bcurl\b[^\n|;]{0,400}?[ \t](?:-d|-F|-T|--data(?:-\w{2,12})?|--form|--upload-file|--json|-X[ \t]*(?:POST|PUT)|--request[ \t]+(?:POST|PUT))\b|\bwget\b[^\n|;]{0,400}?--post-|\b(?:scp|rsync)\b[^\n|;]{1,300}?\S@?[\w.-]{1,200}:\S|\bgit[ \t]+push\b|\b(?:nc|ncat|netcat)\b[ \t]+[^\n|;]{0,60}?[\w.-]{2,200}[ \t]+\d{2,5}\b|\bfetch\([^\n]{0,300}?method[^\n]{0,20}?POST|requests\.(?:post|put)\(|\brclone\b|\baws[ \t]+s3[ \t]+(?:cp|sync)\b|\bdig\b[^\n]{0,80}\$\(|\bnslookup\b[^\n]{0,80}\$\(/;
const longQuery = /https?:\/\/[^\s"'<>?]{1,300}\?[^\s"'<>]{200,}/;
/** Tools of OpenClaw that reach somebody outside: a message can carry a secret as well as a POST can. */
const outwardTool = /^(?:message|send_?message|browser|web_?fetch|sessions_send)$/i;

/** Carries something out: an upload, a push, a URL with a long query, or a tool that sends. */
export function sendsOut(tool: string, text: string): boolean {
  const head = text.slice(0, 65_536);
  return upload.test(head) || longQuery.test(head) || outwardTool.test(tool);
}

const persistence =
  /\bcrontab[ \t]+(?:-(?:[ \t]|$)|\S*\/)|\|[ \t]*crontab\b|\bsystemctl\b[^\n|;]{0,60}?\benable\b|\blaunchctl[ \t]+(?:load|bootstrap)\b|>>?[ \t]*\S{0,80}(?:\.bashrc|\.zshrc|\.profile|\.bash_profile|authorized_keys|\/etc\/cron)|\bloginctl[ \t]+enable-linger\b/;

/** Plants something on the host that outlives the session. */
export function plantsPersistence(text: string): boolean {
  return persistence.test(text.slice(0, 65_536));
}
