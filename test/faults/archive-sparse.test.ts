/** Files whose size and data are far apart. */
import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verifyArchive } from "../../src/archive/index.ts";
import { diskHost } from "../archive/disk-host.ts";
import { seal, tempFolder } from "../archive/sealing.ts";

test("a sparse file of 5 GB is sealed and verified in an archive that is as small as its data", async () => {
  const root = join(tempFolder(), "state");
  mkdirSync(root);
  const file = join(root, "sparse");
  writeFileSync(file, "begin");
  truncateSync(file, 5_000_000_000);
  const fd = openSync(file, "r+");
  writeSync(fd, "middle", 2_500_000_000);
  closeSync(fd);
  const sealed = await seal(root, { check: "ciphertext" });
  expect(sealed).toMatchObject({ plainBytes: 5_000_000_000, partial: [] });
  expect(sealed.bytes).toBeLessThan(2_000_000);
  const verified = await verifyArchive(diskHost(), sealed.archive, { unlock: sealed.unlock });
  expect(verified).toMatchObject({ checked: "contents", plainBytes: 5_000_000_000 });
});
