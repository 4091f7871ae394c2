/** The real gpg and tar on temporary homes: what has to open our archives, and what makes archives we have to open. */
import { execFileSync, type ExecFileSyncOptionsWithBufferEncoding, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why these tests cannot run here; undefined where they can. */
export const noGpg: string | undefined = ["gpg", "tar", "zstd"].find(
  (program) => spawnSync(program, ["--version"]).status !== 0,
);

export interface Gpg {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs gpg without a terminal; the passphrase goes through a file. */
  readonly run: (args: readonly string[], passphrase?: string) => Buffer;
  /** A shell pipeline with GNUPGHOME set; `$PASS` is the passphrase file. */
  readonly pipe: (script: string, passphrase?: string) => Buffer;
  readonly close: () => void;
}

export function gpgHome(): Gpg {
  const home = mkdtempSync(join(tmpdir(), "cg-"));
  const passFile = join(home, "pass");
  const env = { ...process.env, GNUPGHOME: home, PASS: passFile, LC_ALL: "C" };
  const quiet: ExecFileSyncOptionsWithBufferEncoding = {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1 << 28,
  };
  const setPass = (passphrase: string): void => {
    writeFileSync(passFile, passphrase, { mode: 0o600 });
  };
  return {
    home,
    env,
    run: (args, passphrase = "") => {
      setPass(passphrase);
      const base = [
        "--batch",
        "--quiet",
        "--yes",
        "--pinentry-mode",
        "loopback",
        "--passphrase-file",
        passFile,
      ];
      return execFileSync("gpg", [...base, ...args], quiet);
    },
    pipe: (script, passphrase = "") => {
      setPass(passphrase);
      return execFileSync("bash", ["-o", "pipefail", "-ec", script], quiet);
    },
    close: () => {
      spawnSync("gpgconf", ["--kill", "all"], { env });
      // Its agent may still be taking its sockets away.
      rmSync(home, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** As the README tells people to open an archive. */
export const gpgDecrypt = "gpg --batch --quiet --pinentry-mode loopback --passphrase-file $PASS --decrypt";
