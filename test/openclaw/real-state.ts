/** The state folder of a real OpenClaw, unpacked below a fake host's root as /home/claw/.openclaw, or as the home it was made in. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { extract } from "tar";
import { findInstallation, openState, resolveTarget } from "../../src/openclaw/index.ts";
import type { Installation, StateReader } from "../../src/openclaw/index.ts";
import type { StateOptions } from "../../src/openclaw/state.ts";
import { fakeHost, type FakeHost, type FakeHostOptions } from "../support/fake-host.ts";

/** The releases whose states are there, and the user in whose home each was made. */
const users = { "2026.2.26": "op", "2026.6.11": "op", "2026.9.6": "claw" } as const;
export type Release = keyof typeof users;

function archive(release: Release): string {
  return fileURLToPath(new URL(`../fixtures/states/state-${release}.tar.gz`, import.meta.url));
}

export const fingerprintKey = new Uint8Array(32).fill(7);

export interface RealState extends FakeHost {
  /** Real path of the state dir. */
  readonly stateDir: string;
  readonly scratch: string;
  readonly look: () => Promise<Installation>;
  readonly open: (options?: StateOptions) => Promise<StateReader>;
}

/** A mounted image: root is the fake host's, home is /home/claw in it. */
export async function realState(
  options: FakeHostOptions = {},
  release: Release = "2026.9.6",
): Promise<RealState> {
  const fake = await fakeHost(options);
  const home = join(fake.root, "home", users[release]);
  await mkdir(home, { recursive: true });
  await extract({ file: archive(release), cwd: home, preserveOwner: false, preservePaths: true });
  const scratch = join(fake.root, "tmp", "case");
  await mkdir(scratch);
  const look = async (): Promise<Installation> =>
    findInstallation(
      fake.host,
      await resolveTarget(fake.host, { root: fake.root, home: `/home/${users[release]}` }),
    );
  return {
    ...fake,
    stateDir: join(home, ".openclaw"),
    scratch,
    look,
    open: async (given) => openState(fake.host, await look(), scratch, given),
  };
}
