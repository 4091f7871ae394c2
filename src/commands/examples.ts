/** Command lines that stand at the end of a command's help: the usual one first. */
const examples: Readonly<Record<string, readonly string[]>> = {
  "backup create": [
    "claw-ir backup create",
    "claw-ir backup create --copy-to /mnt/nas --keep-last 3 --keep-daily 14",
  ],
  "backup list": ["claw-ir backup list"],
  "backup verify": [
    "claw-ir backup verify",
    "claw-ir backup verify --all --private-key /media/stick/key.asc",
  ],
  "backup prune": [
    "claw-ir backup prune --keep-last 3 --keep-daily 7 --keep-weekly 4 --dry-run",
    "claw-ir backup prune --keep-last 3 --keep-daily 7 --keep-weekly 4",
  ],
  "backup schedule": [
    "claw-ir backup schedule --daily 03:30",
    "claw-ir backup schedule --daily 03:30 --copy-to /mnt/nas --install",
  ],
  "backup copy": [
    "claw-ir backup copy ARCHIVE /mnt/nas",
    "claw-ir backup copy ARCHIVE sftp://me@nas/backups",
  ],
  baseline: [
    "claw-ir baseline init",
    "claw-ir baseline diff --fail-on high",
    'claw-ir baseline commit -m "new telegram bot"',
  ],
  "baseline init": ["claw-ir baseline init --dry-run", "claw-ir baseline init"],
  "baseline commit": ['claw-ir baseline commit -m "new telegram bot"'],
  "baseline diff": ["claw-ir baseline diff", "claw-ir baseline diff --since 583a1f3b --json --fail-on high"],
  "baseline restore-file": ["claw-ir baseline restore-file ~/.openclaw/workspace/SOUL.md"],
  "baseline review": ["claw-ir baseline review --only keys", "claw-ir baseline review --dry-run --json"],
  "devices review": ["claw-ir devices review", "claw-ir devices review --dry-run --json"],
  sessions: ["claw-ir sessions --since 2d", "claw-ir sessions --unusual --json"],
  skills: ["claw-ir skills", "claw-ir skills --since 7d --unusual"],
  devices: ["claw-ir devices", "claw-ir devices --fail-on high"],
  cron: ["claw-ir cron", "claw-ir cron --root /mnt/image --home /mnt/image/home/claw"],
  persistence: ["claw-ir persistence --unusual", "sudo claw-ir persistence --full --home ~"],
  secrets: ["claw-ir secrets", "claw-ir secrets --all --json"],
  drill: ["claw-ir drill --private-key /media/stick/key.asc"],
  "drill schedule": ["claw-ir drill schedule", "claw-ir drill schedule --uninstall"],
  restore: [
    "claw-ir restore ARCHIVE --target /tmp/look --private-key /media/stick/key.asc",
    "claw-ir restore ARCHIVE --in-place --private-key /media/stick/key.asc",
    "claw-ir restore ARCHIVE --target /tmp/look --only ~/.openclaw/openclaw.json",
  ],
  "key generate": [
    "claw-ir key generate --private-out /media/stick/key.asc",
    "claw-ir key generate --signing",
  ],
  "key import": ["claw-ir key import colleague.asc", "claw-ir key import ops@example.org"],
  "key export": ["claw-ir key export FINGERPRINT -o public.asc"],
  "key test": ["claw-ir key test --private-key /media/stick/key.asc"],
  "case verify": ["claw-ir case verify", "claw-ir case verify --private-key /media/stick/key.asc"],
};

/** What `--help` ends with; empty for a command without examples. `name` is what stands behind "claw-ir". */
export function exampleText(name: string): string {
  const lines = Object.hasOwn(examples, name) ? (examples[name] ?? []) : [];
  return lines.length === 0 ? "" : `\n${["For example:", ...lines.map((line) => `  ${line}`)].join("\n")}`;
}
