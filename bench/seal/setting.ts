/** Where the benchmark works, the key it seals to, and how each side is run. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ClawArguments } from "./claw.ts";
import type { Run } from "./measure.ts";

export interface Setting {
  readonly work: string;
  /** gpg's home; removed with the rest. */
  readonly home: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly passphrase: string;
  readonly close: () => void;
}

/** In memory where there is room: the disk's speed is not what is compared. */
function workFolder(needed: number): string {
  const memory = "/dev/shm";
  const fits = existsSync(memory) && free(memory) > needed;
  return mkdtempSync(join(fits ? memory : tmpdir(), "claw-bench-"));
}

function free(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

const keyName = "bench@example.invalid";

/** A work folder with a gpg home, a Curve25519 key and a passphrase file in it. */
export function setUp(needed: number): Setting {
  const work = workFolder(needed);
  // Short: the agent's socket has a limit of 108 bytes.
  const home = mkdtempSync(join(tmpdir(), "cb-"));
  const passphrase = join(work, "passphrase");
  writeFileSync(passphrase, "correct horse FAKE\n", { mode: 0o600 });
  const gpg = (args: readonly string[]): Buffer =>
    execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", "--passphrase", "", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
  gpg(["--pinentry-mode", "loopback", "--quick-generate-key", keyName, "future-default", "default", "never"]);
  const publicKey = join(work, "public.asc");
  const privateKey = join(work, "private.asc");
  writeFileSync(publicKey, gpg(["--armor", "--export", keyName]));
  writeFileSync(privateKey, gpg(["--pinentry-mode", "loopback", "--armor", "--export-secret-keys", keyName]));
  return {
    work,
    home,
    publicKey,
    privateKey,
    passphrase,
    close: () => {
      spawnSync("gpgconf", ["--homedir", home, "--kill", "all"]);
      for (const folder of [work, home]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const gpgBase = "gpg --batch --quiet --yes --trust-model always";

/** What follows a pipe: encryption by gpg to the key or the passphrase, into FILE. */
export function gpgEncrypt(to: "key" | "passphrase", file: string, more = ""): string {
  const how =
    to === "key"
      ? `--encrypt -r ${keyName}`
      : "--pinentry-mode loopback --passphrase-file passphrase --symmetric --cipher-algo AES256";
  return `${gpgBase} ${more} ${how} -o ${file}`;
}

export function gpgDecrypt(file: string): string {
  return `${gpgBase} --pinentry-mode loopback --passphrase-file passphrase --decrypt ${file}`;
}

export function shell({ home }: Setting, name: string, script: string, before?: () => void): Run {
  return { name, script, env: { GNUPGHOME: home }, ...(before === undefined ? {} : { before }) };
}

const child = fileURLToPath(new URL("claw.ts", import.meta.url));

/**
 * claw-ir's side. It is the built library in a process of its own; to measure the command instead, this is the one place to
 * change: `claw-ir backup create -o FILE --recipient KEY` and `claw-ir backup verify FILE`.
 */
export function claw(
  { work }: Setting,
  name: string,
  verb: "seal" | "verify",
  given: Omit<ClawArguments, "passphrase">,
): Run {
  const json = JSON.stringify({ ...given, passphrase: join(work, "passphrase") });
  return {
    name,
    script: `'${process.execPath}' --no-warnings --experimental-strip-types '${child}' ${verb} '${json}'`,
    before: () => {
      if (verb === "seal") clear(work, basename(given.archive));
    },
  };
}

/** An archive with what stands beside it. */
export function clear(work: string, file: string): void {
  for (const ending of ["", ".partial", ".seal.json"])
    rmSync(join(work, `${file}${ending}`), { force: true });
}
