/** A restore as the command would ask for it, on this machine, in a home of the test's. */
import { join } from "node:path";
import type { Host } from "../../src/host/host.ts";
import { createRealHost, type RealHost } from "../../src/host/real/index.ts";
import { Secret } from "../../src/model/secret.ts";
import { findInstallation, resolveTarget } from "../../src/openclaw/index.ts";
import type { RestoreRequest } from "../../src/recover/restore/index.ts";

export function realHost(home: string): RealHost {
  return createRealHost({
    yes: false,
    nonInteractive: true,
    answers: { "restore.in-place": "restore" },
    color: false,
    secretFiles: {},
    version: "0.0.0-test",
    env: { HOME: home },
  });
}

export async function requestFor(host: Host, home: string, archive: string): Promise<RestoreRequest> {
  return {
    archive,
    unlock: { passphrase: new Secret("correct horse FAKE") },
    asIs: false,
    dryRun: false,
    dataDir: join(home, "data"),
    fingerprintKey: host.random(32),
    installation: await findInstallation(host, await resolveTarget(host)),
    progress: { start: () => undefined, detail: () => undefined },
  };
}
