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

export const beyondUac = `- **OpenClaw itself**: sessions and tool calls, devices, grants, jobs, skills, plugins, MCP servers, memory, config and who wrote it, credentials by fingerprint.
- **Parsed, not copied**: \`authorized_keys\` with quoted options and \`AuthorizedKeysFile\`/\`AuthorizedKeysCommand\`, crontabs with their user column and what hides behind a carriage return, units with their drop-ins, shell files statement by statement.
- **Places that UAC does not know**: those under "Only in claw-ir" above, symbolic links among units (UAC drops what is no regular file), \`ssh_config\`, \`environment.d\`, quadlets, lingering users, Python and Node start-up files, other agents' hooks and servers, tunnels.
- **A bodyfile that names cannot forge**: a newline or a \`|\` in a name makes lines of its own in UAC's.
- **Outcomes**: each source says whether it was read whole, in part, not at all, and what root would add.
- **Nothing is changed**: no file outside the case is written, access times of files are kept. The time of last reading of *folders and symbolic links* is not: the kernel sets it whenever they are read, unless the file system is mounted with \`noatime\`. UAC sets those and, as it reads with the system's own programs, those of files as well.`;

export const outro = `## Side by side

\`npm run bench:collect -- --uac FOLDER\` runs both on the same planted host in one run; the figures are in
[performance.md](performance.md).`;
