/** Histories of shells: bash (with "#1700000000" lines of times), zsh (": 1700000000:0;command"), fish ("- cmd:", "  when:"). */
export interface Typed {
  readonly text: string;
  /** ISO 8601. */
  readonly at?: string;
  /** From 1. */
  readonly line: number;
}

const maxLines = 200_000;
const zsh = /^: (\d{9,11}):\d{1,8};(.*)$/s;

/** Commands in order, as they were typed; at most 200,000 lines from the end are looked at. */
export function parseHistory(text: string): readonly Typed[] {
  const lines = text.split("\n");
  const skipped = Math.max(0, lines.length - maxLines);
  const found: Typed[] = [];
  let stamp: string | undefined;
  for (const [i, line] of lines.slice(skipped).entries()) {
    const number = skipped + i + 1;
    const when = /^#(\d{9,11})$/.exec(line)?.[1];
    const later = /^ {2}when: (\d{9,11})$/.exec(line)?.[1];
    if (when !== undefined) stamp = isoOfSeconds(when);
    else if (later !== undefined) {
      const last = found.pop();
      if (last !== undefined) found.push({ ...last, at: isoOfSeconds(later) });
    } else if (line.trim() !== "") {
      found.push(typed(line, stamp, number));
      stamp = undefined;
    }
  }
  return found;
}

function typed(line: string, stamp: string | undefined, number: number): Typed {
  const [, seconds, command] = zsh.exec(line) ?? [];
  const fish = /^- cmd: (.*)$/s.exec(line)?.[1];
  const at = seconds === undefined ? stamp : isoOfSeconds(seconds);
  return { text: command ?? fish ?? line, line: number, ...(at === undefined ? {} : { at }) };
}

function isoOfSeconds(seconds: string): string {
  return new Date(Number(seconds) * 1000).toISOString();
}

const offs: readonly (readonly [says: string, pattern: RegExp])[] = [
  [
    "a command switches the history off",
    /\b(?:unset[ \t]+(?:-v[ \t]+)?HISTFILE\b|(?:export[ \t]+)?HISTFILE=(?:\/dev\/null|["']{2}|$|[ \t])|HIST(?:FILE)?SIZE=0\b|set[ \t]+\+o[ \t]+history\b|fc[ \t]+-p\b|SAVEHIST=0\b|fish[ \t]+--private)/,
  ],
  [
    "a command clears or removes the history",
    /\bhistory[ \t]+(?:-[a-z]*c\b|clear\b|-d[ \t])|(?:\brm\b|\bshred\b|\btruncate\b|\bln[ \t]+-\w*s\w*[ \t]+\/dev\/null)[^\n|;&]{0,80}_history\b|(?:>|\bcat[ \t]+\/dev\/null[ \t]*>)[ \t]*\S{0,80}_history\b/,
  ],
];

/** What a line of a history or of a shell's start-up file does to histories; undefined for none. */
export function historyOff(text: string): string | undefined {
  const head = text.slice(0, 4096);
  return offs.find(([, pattern]) => pattern.test(head))?.[0];
}

/** Words of commands that download, decode, connect, hide or change who may log in: worth a look whatever they are for. */
const telling =
  /\b(?:curl|wget|nc|ncat|netcat|socat|base64|xxd|openssl[ \t]+enc|chattr|setcap|crontab|systemctl|at[ \t]+now|useradd|adduser|usermod|passwd|visudo|ssh-keygen|ssh-copy-id|authorized_keys|iptables|nft|tailscale|cloudflared|ngrok|frpc|scp|rsync|rclone|nohup|insmod|modprobe|LD_PRELOAD|npm[ \t]+(?:i|install|exec)|npx|pip3?[ \t]+install|openclaw|clawdbot|sqlite3|auditctl|journalctl[ \t]+--(?:vacuum|rotate)|shred)\b|\/dev\/tcp\/|\/(?:tmp|dev\/shm)\/|\bchmod[ \t]+(?:\+s|[0-7]?[4-7][0-7]{3}|\+x)/;

export function isTelling(text: string): boolean {
  return telling.test(text.slice(0, 4096));
}
