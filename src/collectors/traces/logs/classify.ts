/**
 * What a message of syslog or the journal tells: a pure function of the program's name and the text. Messages of OpenSSH, sudo,
 * util-linux and shadow su, cron, the shadow tools, systemd and the kernel, as they write them. Linear in the text.
 */
import type { HostEvent, HostEventKind } from "../../../model/log-records.ts";

export type Told = Pick<HostEvent, "kind" | "user" | "from">;

interface Shape {
  readonly pattern: RegExp;
  readonly kind: HostEventKind;
}

/** Named groups `user` and `from` are taken over. */
const shapes: Readonly<Record<string, readonly Shape[]>> = {
  sshd: [
    { kind: "login", pattern: /^Accepted \S+ for (?<user>\S+) from (?<from>\S+) port/ },
    {
      kind: "login-failed",
      pattern: /^Failed \S+ for (?:invalid user )?(?<user>\S*) from (?<from>\S+) port/,
    },
    { kind: "login-failed", pattern: /^Invalid user (?<user>\S*) from (?<from>\S+)/ },
    {
      kind: "login-failed",
      pattern:
        /^(?:error: )?maximum authentication attempts exceeded for (?:invalid user )?(?<user>\S+) from (?<from>\S+)/,
    },
    { kind: "logout", pattern: /^Disconnected from user (?<user>\S+) (?<from>\S+) port/ },
    { kind: "service", pattern: /^Server listening on (?<from>\S+) port/ },
    { kind: "login-failed", pattern: /^User (?<user>\S+) from (?<from>\S+) not allowed/ },
  ],
  sudo: [
    {
      kind: "sudo-refused",
      pattern:
        /^\s*(?<user>\S+) : .*(?:NOT in sudoers|command not allowed|incorrect password attempt|a password is required)/,
    },
    { kind: "sudo", pattern: /^\s*(?<user>\S+) : (?:TTY=(?<from>\S+) ; )?(?:.*; )?COMMAND=/ },
  ],
  su: [
    { kind: "login-failed", pattern: /^FAILED (?:su for|SU \(to) \S+ (?:by )?(?<user>\S+)/ },
    { kind: "su", pattern: /^(?:Successful su for \S+ by|\(to \S+\)) (?<user>\S+)(?: on (?<from>\S+))?/ },
  ],
  cron: [
    {
      kind: "cron",
      pattern: /^\((?<user>[^)\s]+)\) (?:CMD|REPLACE|DELETE|BEGIN EDIT|END EDIT|RELOAD|LIST|CMDOUT)\b/,
    },
  ],
  login: [
    { kind: "login", pattern: /session opened for user (?<user>[^\s(]+)/ },
    { kind: "login", pattern: /^ROOT LOGIN +(?:ON|on) '?(?<from>[^\s']+)/ },
    { kind: "login-failed", pattern: /^FAILED LOGIN .*FOR '?(?<user>[^\s',]+)/ },
  ],
  account: [
    { kind: "account", pattern: /password changed for '?(?<user>[^\s']+)/ },
    { kind: "account", pattern: /^new user: name=(?<user>[^,\s]+)/ },
    {
      kind: "account",
      pattern:
        /^(?:new user|new group|add|delete|change|remove|lock|unlock|password changed for|changed|members? of|user |group )/i,
    },
  ],
  logind: [
    { kind: "shutdown", pattern: /^(?:System is (?:powering down|rebooting|halting)|The system will)/ },
    { kind: "shutdown", pattern: /^Power key pressed/ },
  ],
  journald: [
    {
      kind: "log",
      pattern:
        /^(?:Vacuuming done|Deleted archived journal|File \S+ corrupted|Journal stopped|Suppressed \d+ messages|Forwarding to syslog missed)/,
    },
    { kind: "boot", pattern: /^Journal started/ },
  ],
  rsyslogd: [
    {
      kind: "log",
      pattern: /exiting on signal|\bstart$|rsyslogd was HUPed|lost \d+ messages|suspended/,
    },
  ],
  auditd: [
    {
      kind: "log",
      pattern:
        /^(?:The audit daemon is (?:exiting|now)|Audit daemon (?:is|has) )|audit_(?:enabled|lost|pid)=/,
    },
  ],
  kernel: [
    { kind: "kernel", pattern: /module verification failed|taints kernel|loading out-of-tree module/ },
    {
      kind: "kernel",
      pattern:
        /entered promiscuous mode|segfault at|Out of memory: Killed|oom-kill:|lockdown: |usb \S+: Manufacturer:/i,
    },
    { kind: "boot", pattern: /^(?:\[ *0\.0+\] )?Linux version / },
    { kind: "log", pattern: /^audit: (?:backlog limit exceeded|audit_lost|.*audit_enabled=0)/ },
  ],
  clock: [
    {
      kind: "clock",
      pattern:
        /clock wrong|clock was stepped|clock has been changed|Time has been changed|time stepped|step time|Initial synchronization/i,
    },
  ],
  systemd: [
    { kind: "clock", pattern: /^Time has been changed/ },
    { kind: "service", pattern: /(?:openclaw|clawdbot|moltbot)/i },
    {
      kind: "shutdown",
      pattern: /^(?:Reached target (?:Shutdown|System Power Off|System Reboot)|Shutting down\.)/i,
    },
  ],
};

/** Programs that say the same kind of thing. */
const families: readonly (readonly [RegExp, string])[] = [
  [/^sshd(?:-session|-auth)?$/, "sshd"],
  [/^sudo(?:-rs)?$/, "sudo"],
  [/^(?:su|su-l|runuser)$/, "su"],
  [/^(?:cron|crond|anacron|crontab|atd|fcron|cronie)$/i, "cron"],
  [/^(?:login|gdm.*|lightdm|sddm.*|cockpit.*|xrdp.*)$/, "login"],
  [
    /^(?:useradd|usermod|userdel|groupadd|groupmod|groupdel|gpasswd|passwd|chpasswd|chage|chsh|chfn|adduser|vipw|newusers)$/,
    "account",
  ],
  [/^systemd-logind$/, "logind"],
  [/^systemd-journald?$/, "journald"],
  [/^rsyslogd$/, "rsyslogd"],
  [/^(?:auditd|auditctl|augenrules)$/, "auditd"],
  [/^kernel$/, "kernel"],
  [/^(?:chronyd|ntpd|systemd-timesyncd|systemd-timedated|ntpdate)$/, "clock"],
  [/^systemd$/, "systemd"],
];

/** Nothing here looks for one thing after another without an anchor: the time stays linear in the text. */
const looked = 2048;

/** Undefined for the many messages that tell nothing of the kind. */
export function classify(program: string, message: string): Told | undefined {
  const family = families.find(([pattern]) => pattern.test(program))?.[1];
  if (family === undefined) return undefined;
  const text = message.slice(0, looked);
  for (const { pattern, kind } of shapes[family] ?? []) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const { user, from } = match.groups ?? {};
    return {
      kind,
      ...(user === undefined || user === "" ? {} : { user }),
      ...(from === undefined ? {} : { from }),
    };
  }
  return undefined;
}
