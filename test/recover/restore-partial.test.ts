/** An archive that was not whole when it was made: the restore says so. */
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { realFs } from "../../src/host/real/fs.ts";
import { sealArchive } from "../../src/archive/index.ts";
import { restoreToFolder } from "../../src/recover/restore/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { pass } from "../archive/sealing.ts";
import { realHost, requestFor } from "../faults/restore-request.ts";

test("names what was sealed in part", async () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "claw-restore-p-")));
  const host = realHost(home);
  onTestFinished(() => {
    host.dispose();
    rmSync(home, { recursive: true, force: true });
  });
  const source = join(home, "source");
  mkdirSync(source);
  for (const name of ["a", "b"]) writeFileSync(join(source, name), "text");
  const grows = join(source, "b");
  const real = realFs();
  const open: typeof real.open = (path, saw) => {
    const handle = real.open(path, saw);
    if (path !== grows) return handle;
    return { ...handle, read: (buffer) => (appendFileSync(path, "more"), handle.read(buffer)) };
  };
  const disk = diskHost({ fs: { open } });
  const { archive, partial } = await sealArchive(disk, {
    kind: "backup",
    roots: [{ real: source, as: "/home/claw/files" }],
    outFile: join(home, "one.tar.zst.gpg"),
    recipients: [],
    passphrase: pass,
    meta: { hostname: "h", tool: "t" },
  });
  expect(partial).toMatchObject([{ path: "home/claw/files/b" }]);
  const request = await requestFor(host, home, archive);
  const word = expect.stringMatching(/^Sealed in part: home\/claw\/files\/b \(.+\)\.$/) as string;
  expect((await restoreToFolder(host, { ...request, dryRun: true }, join(home, "out"))).notes).toContainEqual(
    word,
  );
  expect((await restoreToFolder(host, request, join(home, "out"))).notes).toContainEqual(word);
});
