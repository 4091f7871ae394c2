/** Decryption that waits for ever: openpgp.js does where bits flip around an inner packet's length, and ours must not. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verifyArchive } from "../../src/archive/index.ts";
import { openpgp } from "../../src/archive/openpgp/openpgp.ts";
import { diskHost } from "../archive/disk-host.ts";
import { bounded, seal, tempFolder } from "../archive/sealing.ts";

const megabytes = 4;

/** A symmetric message by openpgp.js's stream, as a naive sealer makes it. */
async function naiveMessage(): Promise<Buffer> {
  const { createMessage, encrypt } = await openpgp();
  const content = randomBytes(megabytes * 1024 * 1024);
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (let at = 0; at < content.length; at += 65_536)
        controller.enqueue(content.subarray(at, at + 65_536));
      controller.close();
    },
  });
  const encrypted: unknown = await encrypt({
    message: await createMessage({ binary: stream, format: "binary" }),
    passwords: "correct horse FAKE",
    format: "binary",
    config: { aeadProtect: false },
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of encrypted as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads as the library's manual shows it; true if it has not ended, well or badly, after two seconds. */
async function naiveHangs(message: Uint8Array): Promise<boolean> {
  const { decrypt, readMessage } = await openpgp();
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (let at = 0; at < message.length; at += 65_536)
        controller.enqueue(message.subarray(at, at + 65_536));
      controller.close();
    },
  });
  const reading = async (): Promise<void> => {
    const opened: unknown = await decrypt({
      message: await readMessage({ binaryMessage: stream }),
      passwords: "correct horse FAKE",
      format: "binary",
      config: { allowUnauthenticatedStream: true },
    });
    const { data } = opened as { readonly data: AsyncIterable<Uint8Array> };
    for await (const chunk of data) if (chunk.length === 0) break;
  };
  return bounded(
    reading().catch(() => undefined),
    2000,
  ).then(
    () => false,
    () => true,
  );
}

/** Where the inner packet begins: behind the packet for the passphrase, two bytes of header, the version and 18 random bytes. */
function innerPacket(message: Buffer): number {
  return 2 + (message[1] ?? 0) + 2 + 1 + 18;
}

test("the naive way hangs on some flipped bits", async () => {
  const good = await naiveMessage();
  const inner = innerPacket(good);
  let hangs = 0;
  for (let flip = 0; flip < 128 && hangs === 0; flip += 1) {
    const bad = Buffer.from(good);
    const at = inner - 4 + (flip >> 3);
    bad[at] = bad[at]! ^ (1 << (flip % 8));
    hangs += (await naiveHangs(bad)) ? 1 : 0;
  }
  expect(hangs).toBeGreaterThan(0);
});

test("300 flipped bits all over an archive: each ends, none of them in a success", async () => {
  const folder = tempFolder();
  const root = join(folder, "state");
  mkdirSync(root);
  writeFileSync(join(root, "random"), randomBytes(1_200_000));
  writeFileSync(join(root, "text"), "line\n".repeat(30_000));
  const sealed = await seal(root, { outFile: join(folder, "x.tar.zst.gpg") });
  const good = readFileSync(sealed.archive);
  const file = join(folder, "bad.tar.zst.gpg");
  // From the packet behind the recipient's on: a flip in that one is a wrong key.
  const encrypted = 2 + (good[1] ?? 0);
  for (let flip = 0; flip < 300; flip += 1) {
    const bad = Buffer.from(good);
    const at = encrypted + Math.floor((flip * (good.length - encrypted)) / 300);
    bad[at] = bad[at]! ^ (1 << (flip % 8));
    writeFileSync(file, bad);
    const failure = await bounded(
      verifyArchive(diskHost(), file, { unlock: sealed.unlock }).then(
        () => "success",
        (error: unknown) => (error as { readonly exit?: string }).exit,
      ),
      600_000,
    );
    expect(failure, `byte ${at}`).toBeOneOf(["tampered", "wrongKey"]);
  }
});
