import { execFileSync } from "node:child_process";
import { mkdir, open, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { boundedJson } from "../../src/openclaw/layouts/bounded-json.ts";
import { linesIn } from "../../src/openclaw/layouts/lines.ts";
import type { StateReader } from "../../src/openclaw/index.ts";
import { realState, type RealState } from "./real-state.ts";

let state: RealState;
beforeEach(async () => {
  state = await realState({}, "2026.2.26");
});
afterEach(() => state.cleanup());

const kinds = [
  "sessions",
  "devices",
  "cronJobs",
  "cronRuns",
  "configWrites",
  "grants",
  "operations",
  "credentials",
] as const;

/** Everything is read to its end; what that gives is asked afterwards. */
async function readAll(): Promise<{
  readonly problems: readonly string[];
  readonly outcomes: ReadonlyMap<string, string>;
}> {
  return await withReader(async (reader) => {
    const outcomes = new Map<string, string>();
    const problems: string[] = [];
    for (const kind of kinds) {
      const reading = await reader[kind]();
      outcomes.set(kind, reading.outcome);
      if (reading.reason !== undefined) problems.push(reading.reason);
    }
    for (const { events, problems: said } of [reader.transcripts(), reader.trajectories()]) {
      for (const event of events) expect(event.place.path).toBeTruthy();
      problems.push(...said);
    }
    return { problems, outcomes };
  });
}

async function withReader<T>(use: (reader: StateReader) => Promise<T>): Promise<T> {
  const reader = await state.open();
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

const sessionFile = "agents/main/sessions/c3b29a8d-097a-4a07-a219-c050e12b9588.jsonl";
const records = [
  "agents/main/sessions/sessions.json",
  sessionFile,
  "agents/main/sessions/72193836-08fb-432f-95ec-7e399c3d5e0b.jsonl.deleted.2026-11-20T10-32-50.878Z",
  "devices/paired.json",
  "devices/pending.json",
  "cron/jobs.json",
  "cron/runs/4bc49f97-81f6-47b6-8ef2-eea914ace9ed.jsonl",
  "logs/config-audit.jsonl",
  "exec-approvals.json",
  "credentials/telegram-pairing.json",
  "credentials/telegram-default-allowFrom.json",
];

describe("files of records", () => {
  it("may hold any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...records), fc.uint8Array({ maxLength: 300 })), {
          minLength: 3,
          maxLength: 6,
        }),
        async (changes) => {
          for (const [path, bytes] of changes) await writeFile(join(state.stateDir, path), bytes);
          await readAll();
        },
      ),
      { numRuns: 6, seed: 4 },
    );
  });

  it("may hold any JSON where a shape is expected", async () => {
    const values = fc.dictionary(
      fc.constantFrom("a", "jobs", "requests", "allowFrom", "agents", "__proto__"),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...records), fc.oneof(values, fc.jsonValue()), async (path, value) => {
        await writeFile(join(state.stateDir, path), JSON.stringify(value));
        await readAll();
      }),
      { numRuns: 10, seed: 4 },
    );
  });

  it("may be real ones with bytes changed, taken out or put in", async () => {
    const originals = new Map<string, Buffer>();
    for (const path of records) originals.set(path, await readFile(join(state.stateDir, path)));
    const change = fc.record({
      path: fc.constantFrom(...records),
      where: fc.double({ min: 0, max: 1, noNaN: true }),
      drop: fc.nat(40),
      put: fc.uint8Array({ maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 2, maxLength: 5 }), async (changes) => {
        for (const { path, where, drop, put } of changes) {
          const bytes = originals.get(path) ?? Buffer.alloc(0);
          const at = Math.floor(where * bytes.length);
          await writeFile(
            join(state.stateDir, path),
            Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)]),
          );
        }
        await readAll();
      }),
      { numRuns: 10, seed: 4 },
    );
  });

  it("that hold nothing readable are blind spots, each by its name", async () => {
    for (const path of records) await writeFile(join(state.stateDir, path), "{");
    const { problems, outcomes } = await readAll();
    for (const kind of ["sessions", "devices", "cronJobs", "cronRuns", "configWrites", "grants"] as const)
      expect(outcomes.get(kind), kind).toBe("partial");
    for (const path of records) expect(problems.join("\n"), path).toContain(path);
  });

  it("that may not be read, are links out, loops, FIFOs or folders give nothing away and stop nothing", async () => {
    const replace = async (path: string, make: (place: string) => Promise<void> | void): Promise<void> => {
      const place = join(state.stateDir, path);
      await rm(place);
      await make(place);
    };
    state.fail(join(state.stateDir, "devices/paired.json"), "EACCES");
    await state.put("outside.json", '{"r1":{"deviceId":"FAKE-of-the-examiner"}}');
    await replace("devices/pending.json", (place) => symlink(state.path("outside.json"), place));
    await replace("cron/jobs.json", (place) => symlink(place, place));
    await replace("exec-approvals.json", (place) => {
      execFileSync("mkfifo", [place]);
    });
    await replace(sessionFile, async (place) => {
      await mkdir(place);
    });
    await withReader(async (reader) => {
      const devices = reader.devices();
      expect(devices).toMatchObject({ outcome: "partial", records: [] });
      expect(devices.reason).toContain("devices/paired.json could not be read");
      expect(reader.cronJobs()).toMatchObject({ outcome: "partial" });
      expect(reader.grants()).toMatchObject({ outcome: "partial" });
      expect(reader.sessions().records[0]).toMatchObject({ key: "agent:main:main", events: 0 });
      await Promise.resolve();
    });
  });

  it("with a line of 100 MB are read behind it", async () => {
    const file = await open(join(state.stateDir, sessionFile), "w");
    const event = { type: "message", message: { role: "user", content: "behind it" } };
    // A hole: it takes no room on the disk.
    await file.write(`\n${JSON.stringify(event)}\n`, 100 * 1024 * 1024);
    await file.close();
    await withReader(async (reader) => {
      const { events, problems } = reader.transcripts();
      const texts = [...events].map((one) => one.text);
      expect(texts).toContain("behind it");
      expect(problems).toEqual([expect.stringMatching(/\.jsonl: line 1 is longer than 8388608 bytes$/)]);
      await Promise.resolve();
    });
  });

  it("may be many", async () => {
    const entries = Object.fromEntries(
      Array.from({ length: 12_000 }, (_, i) => [`d${i}`, { deviceId: `d${i}`, role: "operator" }]),
    );
    await writeFile(join(state.stateDir, "devices/paired.json"), JSON.stringify(entries));
    await withReader(async (reader) => {
      const { records: found, reason } = reader.devices();
      expect(found.filter((one) => one.state === "paired")).toHaveLength(10_000);
      expect(reason).toContain("more than 10000 entries");
      await Promise.resolve();
    });
  });
});

describe("a node", () => {
  it("asks on behalf of the device of the same id", async () => {
    const node = { nodeId: "d1", requestId: "n1", commands: ["system.run"], ts: 1_795_137_600_000 };
    await writeFile(join(state.stateDir, "devices/paired.json"), '{"d1":{"deviceId":"d1","role":"node"}}');
    await mkdir(join(state.stateDir, "nodes"));
    await writeFile(
      join(state.stateDir, "nodes/pending.json"),
      JSON.stringify({ n1: node, n2: { ...node, nodeId: "d2" } }),
    );
    await withReader(async (reader) => {
      const found = reader
        .devices()
        .records.map((one) => [one.id, one.state, one.nodeCommands, one.askedCommands]);
      expect(found).toContainEqual(["d1", "paired", ["system.run"], ["system.run"]]);
      expect(found).toContainEqual(["d2", "pending", ["system.run"], undefined]);
      await Promise.resolve();
    });
  });
});

describe("a line", () => {
  it("is what stands between two line feeds, however the bytes come", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "\n", "ä", " ", "🦀", "\r"), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (whole, sizes) => {
        const bytes = Buffer.from(whole);
        function* chunks(): Generator<Uint8Array> {
          const buffer = new Uint8Array(8);
          for (let at = 0, i = 0; at < bytes.length; i += 1) {
            const size = Math.min(sizes[i % sizes.length] ?? 1, bytes.length - at);
            // The same buffer each time, as a file's reader does it.
            buffer.set(bytes.subarray(at, at + size));
            yield buffer.subarray(0, size);
            at += size;
          }
        }
        const expected = whole
          .split("\n")
          .map((line, i) => ({ text: line, number: i + 1 }))
          .filter((line) => line.text.trim() !== "");
        expect([...linesIn(chunks(), (problem) => expect.fail(problem))]).toEqual(expected);
      }),
    );
  });
});

describe("JSON within bounds", () => {
  it("is what JSON.parse makes of it", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(boundedJson(text)).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void boundedJson(text)));
  });

  it("is not parsed where it is nested or crowded beyond anything of OpenClaw's", () => {
    expect(boundedJson("[".repeat(300) + "]".repeat(300))).toBeUndefined();
    expect(boundedJson(`[${"[],".repeat(250_000)}[]]`)).toBeUndefined();
    expect(boundedJson(JSON.stringify("[".repeat(10_000) + '\\"],{'))).toHaveLength(10_005);
  });
});
