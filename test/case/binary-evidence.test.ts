import { createHash } from "node:crypto";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCase, createRedactor } from "../../src/case/index.ts";
import { blankSecrets, type Stretch } from "../../src/case/redact/bytes.ts";
import { Secret } from "../../src/model/secret.ts";
import { fakeHost } from "../support/fake-host.ts";

const secret = "FAKE-3f9c1d7e5b2a4860";
const redactor = createRedactor(new Uint8Array(32));
redactor.learn(new Secret(secret));

function blanked(chunks: Iterable<Uint8Array>): { readonly bytes: Buffer; readonly where: Stretch[] } {
  const where: Stretch[] = [];
  const bytes = Buffer.concat([...blankSecrets(redactor.text, chunks, (one) => where.push(one))]);
  return { bytes, where };
}

function split(bytes: Uint8Array, size: number): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}

describe("binary evidence", () => {
  it("is kept byte for byte where no secret is in it, however it comes in pieces", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 4000 }).filter((bytes) => {
          const text = Buffer.from(bytes).toString("latin1");
          return redactor.text(text) === text;
        }),
        fc.integer({ min: 1, max: 700 }),
        (bytes, size) => {
          const kept = blanked(split(bytes, size));
          expect(kept.bytes.equals(Buffer.from(bytes))).toBe(true);
          expect(kept.where).toEqual([]);
        },
      ),
    );
  });

  it("loses exactly the secret, in place, wherever it lies and across the borders of chunks", () => {
    const border = 1 << 20;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 1, max: 500 }),
          fc.integer({ min: border - secret.length, max: border + 2 }),
        ),
        (at) => {
          const bytes = Buffer.alloc(border + 4096, 0x00);
          bytes.write(secret, at, "latin1");
          const kept = blanked(split(bytes, 300_000));
          expect(kept.bytes.length).toBe(bytes.length);
          expect(kept.bytes.includes("FAKE")).toBe(false);
          expect(kept.where).toEqual([{ start: at, end: at + secret.length }]);
          const rest = Buffer.concat([kept.bytes.subarray(0, at), kept.bytes.subarray(at + secret.length)]);
          expect(rest.every((byte) => byte === 0)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("becomes an artifact with the hash of what lies in the case, and says where it was blanked", async () => {
    const fake = await fakeHost();
    try {
      const dataDir = fake.path("data");
      await fake.host.fs.mkdir(dataDir);
      const kase = await createCase(fake.host, { dataDir, playbook: "collect", title: "t" });
      kase.redactor.learn(new Secret(secret));
      const meta = {
        id: "p/1",
        title: "t",
        stage: "volatile",
        attack: [],
        startedAt: "2026-11-20T10:00:00.000Z",
      };
      const plain = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 255, 254, 10, 13, 128]);
      const whole = await kase.evidence.keepBytes(meta, "1", [plain]);
      expect(whole).toMatchObject({ outcome: "ok", bytes: plain.length, records: 1 });
      expect(whole.sha256).toBe(createHash("sha256").update(plain).digest("hex"));
      const holding = Buffer.concat([plain, Buffer.from(secret), plain]);
      const kept = await kase.evidence.keepBytes({ ...meta, id: "p/2" }, "2", [holding]);
      expect(kept).toMatchObject({ outcome: "partial", bytes: holding.length });
      expect(kept.reason).toBe("what looks like a secret is blanked in 1 place of it (0xa)");
      const written = await fake.host.fs.read(join(kase.info.path, kept.file ?? ""));
      expect(Buffer.from(written).includes("FAKE")).toBe(false);
      expect(createHash("sha256").update(written).digest("hex")).toBe(kept.sha256);
      await kase.release();
    } finally {
      await fake.cleanup();
    }
  });
});
