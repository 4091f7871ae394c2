/** A backup of a disk's state, for what is restored from it. */
import { dirname, join } from "node:path";
import { sealArchive, type SealRequest, type SealResult } from "../../src/archive/index.ts";
import { Secret } from "../../src/model/secret.ts";
import { diskHost } from "../archive/disk-host.ts";
import type { Disk } from "./cli.ts";

export const passphrase = "FAKE passphrase of a test";

/** Beside the disk; `home` is where the archive says that the state lay. */
export async function sealState(
  at: Disk,
  more: Partial<SealRequest> = {},
  home = "/home/claw",
): Promise<SealResult> {
  const stateDir = `${home}/.openclaw`;
  return sealArchive(diskHost(), {
    kind: "backup",
    roots: [{ real: at.stateDir, as: stateDir }],
    outFile: join(dirname(at.root), "backup.tar.zst.gpg"),
    recipients: [],
    passphrase: new Secret(passphrase),
    meta: {
      hostname: "host-a",
      tool: "claw-ir 0.0.0",
      about: { home, stateDir, configPath: `${stateDir}/openclaw.json` },
    },
    ...more,
  });
}
