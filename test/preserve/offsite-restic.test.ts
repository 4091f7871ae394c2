/** How restic's ends become ours, for restic of today and for 0.14, which ends with 1 whatever went wrong. */
import { afterEach, describe, expect, it } from "vitest";
import { listSnapshots } from "../../src/preserve/offsite/index.ts";
import { fakeHost, type FakeHost, type FakeResult } from "../support/fake-host.ts";

const made: FakeHost[] = [];
afterEach(async () => {
  for (const fake of made.splice(0)) await fake.cleanup();
});

async function host(result: FakeResult): Promise<FakeHost> {
  const fake = await fakeHost({ onRun: () => result, env: { RESTIC_PASSWORD: "FAKE", AWS_PROFILE: "claw" } });
  made.push(fake);
  return fake;
}
const repository = { repository: "/mnt/repo", passwordFile: "/etc/restic" };

describe("restic ends with", () => {
  it.each([
    [{ code: 10, stderr: "Fatal: repository does not exist" }, "notFound", "no-repository"],
    [
      {
        code: 1,
        stderr: "Fatal: unable to open config file: stat /mnt/repo/config: no such file or directory",
      },
      "notFound",
      "no-repository",
    ],
    [{ code: 11, stderr: "Fatal: failed to lock repository" }, "locked", "repository-locked"],
    [
      { code: 1, stderr: "unable to create lock in backend: repository is already locked by PID 7 on nas" },
      "locked",
      "repository-locked",
    ],
    [{ code: 12, stderr: "Fatal: wrong password or no key found" }, "wrongKey", "wrong-password"],
    [{ code: 1, stderr: "Fatal: wrong password or no key found" }, "wrongKey", "wrong-password"],
    [{ code: 3, stderr: "Warning: at least one source file could not be read" }, "failed", "restic-failed"],
    [{ code: 1, stderr: "Fatal: rest:https://me:FAKE@example.org/: 500" }, "failed", "restic-failed"],
    [{ code: null, timedOut: true }, "failed", "restic-failed"],
    [{ code: null, missing: true }, "failed", "no-restic"],
  ] as const)("%j", async (result, exit, code) => {
    const fake = await host(result);
    const thrown = await listSnapshots(fake.host, repository).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ exit, code });
    expect(String(thrown)).not.toContain("FAKE");
  });

  it("its password stands in a file, and no secret of the environment is handed on", async () => {
    const fake = await host({ stdout: "[]" });
    expect(await listSnapshots(fake.host, repository)).toEqual([]);
    const [{ argv, options }] = fake.ran as [(typeof fake.ran)[number]];
    expect(argv).toEqual([
      ...["restic", "--repo", "/mnt/repo", "--password-file", "/etc/restic"],
      ...["snapshots", "--json", "--tag", "claw-ir"],
    ]);
    expect(Object.keys(options.env ?? {})).toEqual(["RESTIC_PROGRESS_FPS", "AWS_PROFILE"]);
  });

  it("an address in a file is named by its file; one with a password in it is refused", async () => {
    const fake = await host({ stdout: "[]" });
    await listSnapshots(fake.host, { ...repository, repository: "file:/etc/repository" });
    expect(fake.ran[0]?.argv.slice(0, 3)).toEqual(["restic", "--repository-file", "/etc/repository"]);
    const secret = { ...repository, repository: "rest:https://me:FAKE@example.org/" };
    await expect(listSnapshots(fake.host, secret)).rejects.toMatchObject({ code: "secret-in-argument" });
  });

  it("what is no list of snapshots is none", async () => {
    const fake = await host({ stdout: '[{"id":"abc"},{"id":"def","time":"never"},7]' });
    expect(await listSnapshots(fake.host, repository)).toEqual([]);
  });
});
