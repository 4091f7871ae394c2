/** The same proof without claw-ir: gpg and tar open the archive in a home of their own. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Host, RunOptions, RunResult } from "../../host/host.ts";
import { clip, visible } from "../../model/text.ts";
import type { Unlock } from "../../archive/index.ts";

/** What opens the archive: a private key's file with its passphrase. */
export type PrivateKeyUnlock = Extract<Unlock, { readonly privateKey: string }>;

/** File name → SHA-256. */
export type Hashes = ReadonlyMap<string, string>;

interface GpgTest {
  readonly archive: string;
  readonly unlock: PrivateKeyUnlock;
  readonly hashes: Hashes;
  /** A folder that is removed afterwards. */
  readonly scratch: string;
}

type Argv = readonly [string, ...string[]];

/** Why gpg and tar did not open the archive; undefined where they did. */
export async function openWithGpg(
  host: Pick<Host, "fs" | "run">,
  test: GpgTest,
): Promise<string | undefined> {
  const { archive, unlock, hashes, scratch } = test;
  const home = join(scratch, "g");
  const out = join(scratch, "out");
  await host.fs.mkdir(home, { mode: 0o700 });
  await host.fs.mkdir(out, { mode: 0o700 });
  const env = { GNUPGHOME: home, HOME: home, LC_ALL: "C" };
  const run = (argv: Argv, input?: RunOptions["input"]): Promise<RunResult> =>
    host.run(argv, { timeoutMs: 60_000, env, ...(input === undefined ? {} : { input }) });
  const gpg = ["gpg", "--batch", "--no-tty", "--quiet"] as const;
  const tar = join(scratch, "plain.tar.gz");
  // The passphrase goes through a pipe: it is in no argument, no environment and no file.
  const loopback = ["--pinentry-mode", "loopback", "--passphrase-fd", "0"] as const;
  try {
    return (
      failed("gpg", await run([...gpg, "--import", unlock.privateKey])) ??
      failed(
        "gpg",
        await run([...gpg, ...loopback, "--output", tar, "--decrypt", archive], unlock.passphrase ?? ""),
      ) ??
      failed("tar", await run(["tar", "-x", "-z", "-f", tar, "-C", out])) ??
      (await differing(host, out, hashes))
    );
  } finally {
    await run(["gpgconf", "--kill", "all"]);
  }
}

function failed(program: string, { code, missing, timedOut, stderr }: RunResult): string | undefined {
  if (missing) return `${program} is not installed`;
  if (timedOut) return `${program} did not end`;
  if (code === 0) return undefined;
  const said = stderr.trim().split("\n").at(-1) ?? "";
  return `${program} failed: ${clip(visible(said), 200)}`;
}

async function differing(
  { fs }: Pick<Host, "fs">,
  folder: string,
  hashes: Hashes,
): Promise<string | undefined> {
  for (const [name, sha256] of hashes) {
    const bytes = await fs.read(join(folder, name)).catch(() => undefined);
    const same = bytes !== undefined && createHash("sha256").update(bytes).digest("hex") === sha256;
    if (!same) return "the files that gpg and tar gave back are not those that were sealed";
  }
  return undefined;
}
