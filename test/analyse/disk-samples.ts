/** For each mark over accounts, hooks, packages, programs and histories what it must find and what it must leave alone. */
import { accountTimeText, groupsText, rootTwin } from "../../src/model/account-facts.ts";
import { read } from "../../src/model/outcome.ts";
import { changedText } from "../../src/model/persistence.ts";
import type { PersistenceItem } from "../../src/model/persistence.ts";
import type { HistoryFile, HistoryLine } from "../../src/model/trace-records.ts";
import { before, type Changed, during, staying } from "./records.ts";

function items(common: Partial<PersistenceItem>, ...given: readonly Partial<PersistenceItem>[]): Changed {
  return { readings: { persistence: read(given.map((one) => staying({ ...common, ...one }))) } };
}
function history(record: Partial<HistoryFile> | Partial<HistoryLine>): Changed {
  const place = { path: "/home/claw/.bash_history", locator: "line 3" };
  const file: HistoryFile = {
    ...{
      kind: "file",
      user: "claw",
      name: ".bash_history",
      bytes: 10,
      lines: 1,
      modifiedAt: during,
      odd: [],
    },
    place,
  };
  const line: HistoryLine = { kind: "line", user: "claw", text: "ls", place };
  const made = record.kind === "line" ? { ...line, ...record } : { ...file, ...record };
  return { readings: { histories: read([made as HistoryFile | HistoryLine]) } };
}

const fresh = { bytes: 1, mode: 0o644, uid: 0, modifiedAt: during };
const old = { ...fresh, modifiedAt: before };
const account = { mechanism: "accounts", name: "eve", user: "eve", trigger: "login", runs: ["/bin/bash"] };
const udev = { mechanism: "udev", name: "99-x.rules", trigger: 'ACTION=="add", KERNEL=="sdb"' };
const apt = {
  mechanism: "package-hooks",
  name: "DPkg::Post-Invoke",
  place: { path: "/etc/apt/apt.conf.d/99x" },
};
const git = { mechanism: "git", trigger: "in /home/claw/work", file: old };
const npm = { mechanism: "node-packages", name: "tool@1.0.0", runs: ["postinstall: node x.js"] };
const python = { mechanism: "python-startup", name: "x.pth", trigger: "every start of this Python" };
const agent = { mechanism: "agent-configs", name: "hook hooks.Stop.0", file: old };
const verified = { mechanism: "package-verification", package: "openssh-server", runs: [] };
const program = { mechanism: "set-id", runs: [], sets: ["set-user-id", "owner 0:0"], file: old };
const launch = {
  ...{ mechanism: "launchd", name: "com.example.sync", runs: ["/Applications/Sync.app/Contents/MacOS/sync"] },
  place: { path: "/Library/LaunchAgents/com.example.sync.plist" },
};
const unowned = "no package owns it";

export const diskSamples: Readonly<
  Record<string, { readonly hits: readonly Changed[]; readonly misses: readonly Changed[] }>
> = {
  "account-admin": {
    hits: [
      items(account, { odd: [rootTwin] }),
      items(account, { odd: ["no password is asked for"] }),
      items(account, { sets: [groupsText(["sudo"]), accountTimeText("homeMade", during)] }),
      items(account, { sets: [accountTimeText("passwordChanged", `${during.slice(0, 10)}T00:00:00.000Z`)] }),
      items(account, { odd: ["a service account with a login shell"] }),
    ],
    misses: [
      items(account, { sets: [groupsText(["sudo"]), accountTimeText("homeMade", before)] }),
      items(account, { enabled: false, odd: [], name: "nobody" }),
      items({ ...account, mechanism: "sudoers" }, { odd: [rootTwin] }),
    ],
  },
  "udev-run": {
    hits: [
      items(udev, { runs: ['RUN+="/usr/local/bin/x"'] }),
      items(udev, { runs: [], sets: ['ENV{SYSTEMD_WANTS}+="x.service"'] }),
      items(udev, { runs: ['RUN+="/usr/lib/udev/x"'], package: "systemd", odd: [changedText] }),
    ],
    misses: [items(udev, { runs: ['RUN+="/sbin/dmsetup"'], package: "dmsetup" })],
  },
  "package-hook": {
    hits: [
      items(apt, { runs: ["/usr/local/bin/x"], odd: [unowned] }),
      items(apt, { runs: ["rm -f /etc/x"] }),
    ],
    misses: [
      items(apt, { runs: ["/usr/sbin/dpkg-preconfigure --apt || true"], package: "debconf" }),
      items(apt, {
        odd: [unowned],
        runs: [
          "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true",
        ],
      }),
      items(apt, { runs: [], sets: ["Acquire::http::Proxy http://10.0.0.1:3142"] }),
    ],
  },
  "git-runs": {
    hits: [
      items(git, { name: "hook post-commit", runs: ["curl x"] }),
      items(git, { name: "core.fsmonitor", runs: ["core.fsmonitor=/tmp/x"] }),
      items(git, { name: "url.https://x.example/.insteadof", runs: [], sets: ["…"] }),
      items(git, { name: "alias.st", runs: ["alias.st=!x"], trigger: "every git command", file: fresh }),
    ],
    misses: [
      items(git, { name: "hook post-commit", runs: ["curl x"], enabled: false }),
      items(git, { name: "alias.st", runs: ["alias.st=!git status"], trigger: "every git command" }),
      items(git, { name: "core.editor", runs: [], sets: ["core.editor=vim"] }),
      items(git, { name: "filter.lfs.clean", runs: [], sets: ["filter.lfs.clean=git-lfs clean -- %f"] }),
    ],
  },
  "npm-lifecycle": {
    hits: [items(npm, { file: fresh }), items(npm, { runs: [], file: { ...old, bornAt: during } })],
    misses: [items(npm, { file: old }), items({ mechanism: "node-config" }, { file: fresh })],
  },
  "python-startup": {
    hits: [
      items(python, { runs: ["import os; os.system('x')"] }),
      items(python, { name: "usercustomize.py", runs: ["print(1)"] }),
    ],
    misses: [
      items(python, { runs: [], sets: ["sys.path /opt/x"] }),
      items(python, { runs: ["import _virtualenv"] }),
      items(python, {
        runs: [
          "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack').add_shim(); ",
        ],
      }),
      items(python, { runs: ["/usr/lib/python3.11/sitecustomize.py"], package: "libpython3.11-minimal" }),
    ],
  },
  "agent-config": {
    hits: [
      items(agent, { runs: ["notify-send done"], file: fresh }),
      items(agent, { name: "task tasks.0", trigger: "opening the folder", runs: ["make"] }),
      items(agent, { runs: [], sets: ["ANTHROPIC_BASE_URL=https://proxy.example"] }),
      items(agent, { runs: [], sets: ["permissions.defaultMode=bypassPermissions"] }),
    ],
    misses: [
      items(agent, { runs: ["notify-send done"] }),
      items(agent, {
        runs: [],
        sets: ["ANTHROPIC_BASE_URL=http://localhost:8080", "permissions.defaultMode=plan"],
      }),
    ],
  },
  "package-changed": {
    hits: [
      items(verified, { place: { path: "/usr/sbin/sshd" }, odd: [changedText] }),
      items(verified, { name: "503 files of nodejs" }),
    ],
    misses: [
      items(verified, {
        place: { path: "/etc/ssh/sshd_config" },
        sets: ["a configuration file that was edited"],
      }),
    ],
  },
  "set-id-unknown": {
    hits: [
      items(program, { name: "x", odd: [unowned], place: { path: "/usr/local/bin/x" } }),
      items(program, { name: "bash", package: "bash", place: { path: "/bin/bash" } }),
      items(program, { name: "su", package: "util-linux", odd: [changedText] }),
      items(program, { name: "python3.11", sets: ["cap_setuid=ep"], package: "python3.11-minimal" }),
    ],
    misses: [
      items(program, { name: "su", package: "util-linux", place: { path: "/bin/su" } }),
      items(program, { name: "ping", sets: ["cap_net_raw=ep"], package: "iputils-ping" }),
      // Where no package is known, nothing can be told about who brought it.
      items(program, { name: "x", odd: [] }),
    ],
  },
  "launchd-item": {
    hits: [
      items(launch, { odd: ["its file has a hidden name"] }),
      items(launch, { runs: ["/Users/Shared/x"] }),
      items(launch, { name: "com.apple.softwareupdate" }),
      items(launch, { runs: ["/Users/claw/.cache/x"] }),
      items(launch, { runs: ["/bin/sh -c /usr/local/bin/x"] }),
      items(launch, { kind: "unreadable", runs: [] }),
    ],
    misses: [
      items(launch, {}),
      items(launch, { runs: ["/usr/local/bin/node /Users/claw/.openclaw/x.js"] }),
      items(launch, { enabled: false, runs: ["/tmp/x"] }),
      items(launch, {
        name: "com.apple.x",
        place: { path: "/System/Library/LaunchDaemons/com.apple.x.plist" },
      }),
    ],
  },
  "history-off": {
    hits: [
      history({ kind: "line", text: "unset HISTFILE" }),
      history({ kind: "line", text: "rm ~/.bash_history" }),
      history({ odd: ["a link to /dev/null: nothing is kept"] }),
      history({ bytes: 0, odd: ["it is empty"] }),
    ],
    misses: [
      history({ kind: "line", text: "curl -s https://x.example" }),
      history({ bytes: 0, odd: ["it is empty"], modifiedAt: before }),
      history({}),
    ],
  },
};
