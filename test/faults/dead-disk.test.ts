/**
 * One planted host, collected alive, from inside a root of its own, and dead, as a mounted disk: the same records, less what only
 * a live host has. The live one runs in namespaces of its own, which takes root.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { collectors } from "../../src/collectors/index.ts";
import { plantDisk, type Planted } from "../locations/planted.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

let base: string;
let disk: Planted;
beforeEach(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-dead-")));
  onTestFinished(() => {
    rmSync(base, { recursive: true, force: true });
  });
  disk = await plantDisk(join(base, "disk"));
});

/** Artifact id → its lines, of the one case in a data folder. */
type Kept = ReadonlyMap<string, readonly string[]>;

interface Collected {
  readonly case: { readonly path: string };
  readonly artifacts: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly reason?: string;
    readonly file?: string;
  }[];
}

function keptIn({ artifacts }: Collected, caseFolder: string): Kept {
  return new Map(
    artifacts.map(({ id, file }) => {
      const path = file === undefined ? undefined : join(caseFolder, file);
      const text = path !== undefined && existsSync(path) ? readFileSync(path, "utf8") : "";
      return [id, text.split("\n").filter((line) => line !== "")] as const;
    }),
  );
}

function caseIn(data: string): string {
  const [only = ""] = readdirSync(join(data, "cases"));
  return join(data, "cases", only);
}

function dead(data: string): readonly [Collected, Kept] {
  const args = ["--root", disk.root, "--home", disk.home, "--data-dir", data, "--non-interactive", "--json"];
  const run = spawnSync(process.execPath, [join(project, "bin/claw-ir.js"), "collect", ...args], {
    encoding: "utf8",
    env: { HOME: join(base, "nobody") },
    maxBuffer: 64 << 20,
  });
  const said = JSON.parse(run.stdout) as Collected;
  return [said, keptIn(said, caseIn(data))];
}

/** Puts the programs that the capture needs into the disk, and goes to live in it. */
const liveScript = `set -eu
mount --make-rprivate /
root=$1 node=$2 project=$3 data=$4
for place in usr bin sbin lib lib64; do
  [ -e "/$place" ] || continue
  if [ -L "/$place" ]; then continue; fi
  mkdir -p "$root/$place"
done
mkdir -p "$root/proc" "$root/dev" "$root/mnt/tools" "$root/mnt/data" "$root/tmp"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/mnt"
mkdir -p "$root/mnt/tools" "$root/mnt/node" "$root/mnt/data" "$root/mnt/libs"
mount --bind "$project" "$root/mnt/tools"
mount --bind "$data" "$root/mnt/data"
cp "$(readlink -f "$node")" "$root/mnt/node/node"
for lib in $(ldd "$(readlink -f "$node")" | grep -o '/[^ ]*'); do cp -L "$lib" "$root/mnt/libs/"; done
loader=$(ls "$root"/mnt/libs/ld-linux* | head -1)
exec chroot "$root" "/mnt/libs/$(basename "$loader")" --library-path /mnt/libs /mnt/node/node \
  /mnt/tools/bin/claw-ir.js collect --data-dir /mnt/data --non-interactive --json
`;

function alive(data: string): readonly [Collected, Kept] {
  const args = ["--mount", "--pid", "--fork", "--mount-proc", "sh", "-c", liveScript, "sh"];
  const run = spawnSync("unshare", [...args, disk.root, process.execPath, project, data], {
    encoding: "utf8",
    env: { HOME: "/home/claw", PATH: process.env["PATH"] ?? "" },
    maxBuffer: 64 << 20,
  });
  expect(run.stderr).not.toContain("error");
  const said = JSON.parse(run.stdout) as Collected;
  return [said, keptIn(said, caseIn(data))];
}

const isRoot = process.getuid?.() === 0 && process.platform === "linux";

describe.skipIf(!isRoot)("one host, alive and dead", () => {
  it("gives the same records, less what only a live host has", () => {
    const [liveData, deadData] = [join(base, "live"), join(base, "dead")];
    for (const folder of [liveData, deadData]) mkdirSync(folder, { mode: 0o700 });
    for (const folder of ["proc", "dev", "mnt", "tmp"])
      mkdirSync(join(disk.root, folder), { recursive: true });
    const [deadSaid, fromDisk] = dead(deadData);
    // Fingerprints of secrets are keyed: with one key they are the same.
    cpSync(join(deadData, "fingerprint.key"), join(liveData, "fingerprint.key"));
    const [liveSaid, fromLife] = alive(liveData);
    expect(liveSaid.artifacts.map(({ id }) => id)).toEqual(deadSaid.artifacts.map(({ id }) => id));
    const liveOnly = new Set(collectors.filter((one) => one.liveOnly).map(({ id }) => id));
    for (const id of liveOnly) expect([id, fromDisk.get(id)]).toEqual([id, []]);
    const differing = collectors
      .filter(({ id }) => !liveOnly.has(id))
      .map(({ id }) => ({
        id,
        lost: lost(fromLife.get(id), fromDisk.get(id)),
        made: lost(fromDisk.get(id), fromLife.get(id)),
      }))
      .filter(({ lost: gone, made }) => gone.length + made.length > 0);
    expect(differing).toEqual([]);
    expect([...fromDisk.values()].flat().length).toBeGreaterThan(500);
  });
});

/** Of collectors that read both: what they add on a live host. */
const ofLife = /"name":"running kernel"|"place":\{"path":"\/proc\/|"kind":"free"/;

/** Lines of one that the other has not. */
function lost(one: readonly string[] = [], other: readonly string[] = []): readonly string[] {
  const there = new Set(other.map(withoutAtime));
  return one.map(withoutAtime).filter((line) => !there.has(line) && !ofLife.test(line));
}

/** Programs of the test ran in between: the time of last reading is theirs. */
function withoutAtime(line: string): string {
  const fields = line.split("|");
  return fields.length === 11 ? fields.toSpliced(7, 1).join("|") : line;
}

describe("a disk", () => {
  it("keeps its links to itself: none leads to the examiner's own files", () => {
    // What the links name lies on the examiner's machine, and inside of the disk something else, or nothing.
    const secret = join(base, "examiner");
    mkdirSync(secret);
    writeFileSync(join(secret, "notes"), "EXAMINER-FAKE-SECRET * * * * /bin/examiner\n");
    const links = ["etc/crontab", "home/claw/.bashrc", "home/claw/.ssh/authorized_keys", "etc/ld.so.preload"];
    for (const path of links) {
      rmSync(join(disk.root, path));
      symlinkSync(join(secret, "notes"), join(disk.root, path));
    }
    rmSync(join(disk.root, "etc/cron.d"), { recursive: true });
    symlinkSync(secret, join(disk.root, "etc/cron.d"));
    symlinkSync("../".repeat(20) + secret.slice(1), join(disk.home, ".zshrc.d"));
    // The same path inside of the disk is where they lead.
    const inside = join(disk.root, secret);
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, "notes"), "@reboot root /inside/the/disk\n");
    const data = join(base, "data");
    mkdirSync(data, { mode: 0o700 });
    const [, kept] = dead(data);
    const all = [...kept.values()].flat().join("\n");
    expect(all).not.toContain("EXAMINER-FAKE-SECRET");
    expect(kept.get("host-cron")?.join("\n")).toContain("/inside/the/disk");
    expect(existsSync(dirname(secret))).toBe(true);
  });
});
