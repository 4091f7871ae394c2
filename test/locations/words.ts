/** What docs/coverage.md says around its tables. */

export const intro = `# What claw-ir collects

Which places it reads, beside UAC (the profile \`ir_triage\` of UAC 3.3.0, github.com/tclahr/uac, commit 7376467), and which ATT&CK
techniques its collectors can show. This file is made by \`npm run docs:coverage\` from the collectors themselves and from a planted
disk with a sample at every place; a test fails when it is out of date, when a technique is none, or when a place that UAC copies
is not read.

"Copied" means that the file is in the archive, for somebody to read. "Read by" means that its content is a record: what runs,
as whom, when, with hash, owner, mode and time, and with a finding where it is out of the ordinary. Every file in the places of
the bodyfile is named there as well.`;

/** Not persistence, or not worth what it costs. */
export const onlyUac: readonly (readonly [string, string])[] = [
  [
    "Copies of all of `/etc`, `/var/log`, `/lib/systemd`, `/usr/lib/udev`, `/boot/initrd*`",
    "read and hashed where something can hide in them; a copy of what packages brought is on every host",
  ],
  [
    "MD5 and SHA-1 of every executable on the disk",
    "programs that run are hashed with SHA-256, and package files are compared with their packages' sums; a hash of every file takes minutes",
  ],
  ["Strings of running processes, memory dumps", "they hold every secret of the host in the clear"],
  [
    "Hardware (`lshw`, `dmidecode`, `lspci`, `lsusb`), virtual machines, LVM, RAID, ZFS, file systems",
    "inventory, without a question that it answers here",
  ],
  [
    "Desktop traces: trash, recently used files, trackers, KActivities, `gvfs-metadata`, `.xsession-errors`",
    "an agent's host has no desktop as a rule",
  ],
  ["Cloud agents' logs (`/var/log/amazon`, `/var/log/azure`)", "not read yet"],
  [
    "`lsof`, `top`, `pstree`, `iostat`, `vmstat`",
    "what they show of processes and files is read from /proc, without starting a program that may have been replaced",
  ],
  [
    "The immutable attribute of files (`lsattr`)",
    "no program of the examined host is asked about single files, and the attribute cannot be read without native code: a blind spot",
  ],
  ["AIX, BSD, Solaris, ESXi, NetScaler", "OpenClaw runs on Linux and macOS"],
];

/** What a source has more of than is read of it. */
export const inPart: readonly (readonly [string, string, string])[] = [
  [
    "`/proc/PID/fdinfo`",
    "`/proc/PID/fd`: path, size, whether it was deleted",
    "positions and flags of open files answer no question here",
  ],
  [
    "`/proc/net/fib_trie`, `ip rule`, further routing tables",
    "`/proc/net/route`, `/proc/net/ipv6_route`: the main table",
    "a route that only another table has is a blind spot",
  ],
  [
    "`ss` as a second witness of sockets",
    "`/proc/net`, which needs no program",
    "a rootkit that hides lines of `/proc/net` and not of netlink is not seen; hidden processes are looked for in other ways",
  ],
  [
    "`dmesg`",
    "what the journal, `kern.log`, `messages` and `syslog` kept of it, and taint and modules from /proc and /sys",
    "the ring buffer is closed to users on most hosts; where no log keeps it, the kernel's messages are a blind spot",
  ],
  [
    "`auditctl -s`, `auditctl -l`",
    "`/var/log/audit`: commands, watched files, and that rules were changed or the daemon stopped",
    "which rules are loaded only root can ask, and the kernel's answer is not in any file",
  ],
  [
    "`journalctl --verify`",
    "holes, and boots that overlap, in what the journal tells",
    "it reads every file for minutes, and finds only damage where the journal is not sealed with a key that is kept elsewhere",
  ],
  [
    "Containers",
    "`inspect` of all; `diff` and the last 2000 lines of `logs` of OpenClaw's",
    "the content of changed files is not copied: a container may hold anything, and what it writes to no stream is seen only as a path",
  ],
  [
    "Sandboxes of OpenClaw",
    "`sandbox/containers.json`, `sandbox/browsers.json`, the folders and the table that replaced them",
    "what is mounted into one is told by its engine alone",
  ],
  [
    "Messages that came in (`channel_ingress_events`)",
    "who wrote them, when, by which channel, what became of them; the text of those that wait or failed",
    "OpenClaw takes the text out of its queue once a message was handled: from then on only the transcript has it",
  ],
  [
    "Sign-ins at MCP servers",
    "those that were begun and not ended: server, who asked, when, where answers go, a fingerprint",
    "who else than the operator asked is kept as a hash; no server is asked whether a sign-in still stands",
  ],
  [
    "Drafts of the Skill Workshop",
    "proposals with who asked for them, state, hashes and how the draft begins; events, reviews, what was overwritten",
    "a draft is no skill until it is applied, so the rules for skills judge it only then; all of it is in the sealed archive",
  ],
  [
    "Skills that a session of 2026.5 to 2026.7 was told of",
    "the prompt that its index names by hash, also where its text is no longer what the hash says",
    "where the file is gone, which skills they were is a blind spot",
  ],
  [
    "Jobs where `cron.store` of the config says",
    "the file, its states and logs, through links inside the root",
    "a path that is relative, or holds a variable, depends on how the gateway was started: it is named as not read",
  ],
  [
    "Large logs of the gateway",
    "the last 8 MiB of each, 32 MiB of all, its own before `raw-stream.jsonl`",
    "the whole of them is in the sealed archive",
  ],
  [
    "`launchctl print gui/UID`",
    "`launchctl list`, and the property lists themselves",
    "its output has no fixed format (launchctl(1) says so), and the jobs it names are listed and read already",
  ],
  [
    "`profiles -P`",
    "run on a live Mac; on a disk the stored and managed property lists",
    "as an ordinary user it tells of this user's profiles only",
  ],
  [
    "`dscl`",
    "the local directory's own property lists, as root",
    "without root the accounts of a Mac are a blind spot, and those of a network's directory always are",
  ],
];

export const beyondUac = `- **OpenClaw itself**: sessions and tool calls, devices, grants, jobs, skills, plugins, MCP servers, memory, config and who wrote it, credentials by fingerprint.
- **Parsed, not copied**: \`authorized_keys\` with quoted options and \`AuthorizedKeysFile\`/\`AuthorizedKeysCommand\`, crontabs with their user column and what hides behind a carriage return, units with their drop-ins, shell files statement by statement.
- **Places that UAC does not know**: those under "Only in claw-ir" above, symbolic links among units (UAC drops what is no regular file), \`ssh_config\`, \`environment.d\`, quadlets, lingering users, Python and Node start-up files, other agents' hooks and servers, tunnels.
- **A bodyfile that names cannot forge**: a newline or a \`|\` in a name makes lines of its own in UAC's.
- **Outcomes**: each source says whether it was read whole, in part, not at all, and what root would add.
- **Nothing is changed**: no file outside the case is written, access times of files are kept. The time of last reading of *folders and symbolic links* is not: the kernel sets it whenever they are read, unless the file system is mounted with \`noatime\`. UAC sets those and, as it reads with the system's own programs, those of files as well.`;

export const outro = `## Side by side

\`npm run bench:collect -- --uac FOLDER\` runs both on the same planted host in one run; the figures are in
[performance.md](performance.md).`;
