import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { readSandboxes } from "../../src/openclaw/sandboxes.ts";
import { resolveTarget } from "../../src/openclaw/index.ts";
import { fakeHost, type FakeHost, type FakeHostOptions } from "../support/fake-host.ts";
import { mutated } from "../support/mutated.ts";

let fake: FakeHost | undefined;
afterEach(async () => {
  await fake?.cleanup();
  fake = undefined;
});

const entry = {
  containerName: "openclaw-sbx-main",
  sessionKey: "agent:main:main",
  createdAtMs: Date.UTC(2026, 10, 20),
  lastUsedAtMs: Date.UTC(2026, 10, 21),
  image: "openclaw-sandbox:bookworm-slim",
};

async function reading(files: FakeHostOptions["files"]): ReturnType<typeof readSandboxes> {
  fake = await fakeHost({ files: { "mnt/home/c/.openclaw/openclaw.json": "{}", ...files } });
  return readSandboxes(
    fake.host,
    await resolveTarget(fake.host, { root: fake.path("mnt"), home: "/home/c" }),
  );
}

const folder = "mnt/home/c/.openclaw/sandbox";

describe("sandboxes on record", () => {
  it("are those of one file and those of a file each", async () => {
    const found = await reading({
      [`${folder}/containers.json`]: JSON.stringify({ entries: [entry, { no: "name" }] }),
      [`${folder}/containers/abc.json`]: JSON.stringify({ ...entry, containerName: "two", backendId: "ssh" }),
      [`${folder}/browsers.json`]: JSON.stringify({
        entries: [{ ...entry, cdpPort: 9222, noVncPort: 6080 }],
      }),
      [`${folder}/browsers/readme.txt`]: "no sandbox",
    });
    expect(found.outcome).toBe("ok");
    expect(found.records).toMatchObject([
      {
        ...{ kind: "container", name: "openclaw-sbx-main", session: "agent:main:main" },
        ...{ createdAt: "2026-11-20T00:00:00.000Z", usedAt: "2026-11-21T00:00:00.000Z", ports: [] },
        place: { path: "/home/c/.openclaw/sandbox/containers.json", locator: "openclaw-sbx-main" },
      },
      { kind: "container", name: "two", backEnd: "ssh" },
      { kind: "browser", ports: [9222, 6080] },
    ]);
  });

  it("are none where there are no files, and a gap where they make no sense", async () => {
    expect(await reading({})).toEqual({ outcome: "ok", records: [] });
    await fake?.cleanup();
    expect(await reading({ [`${folder}/containers.json`]: "{" })).toMatchObject({
      outcome: "partial",
      reason: "/home/c/.openclaw/sandbox/containers.json makes no sense",
      records: [],
    });
  });

  it("take any file", async () => {
    const path = `${folder}/containers.json`;
    await reading({ [path]: "" });
    const given = fake;
    if (given === undefined) throw new Error("no host");
    const target = await resolveTarget(given.host, { root: given.path("mnt"), home: "/home/c" });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), mutated(JSON.stringify({ entries: [entry] }))), async (text) => {
        await given.put(path, text);
        for (const { name } of (await readSandboxes(given.host, target)).records)
          expect(name.length).toBeLessThanOrEqual(500);
      }),
      { numRuns: 50 },
    );
  });
});
