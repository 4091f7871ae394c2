import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looksLikeGateway, parseLock } from "../../src/openclaw/lock.ts";

const payload = {
  pid: 10_123,
  ownerId: "o",
  createdAt: "2026-11-21T09:00:00.000Z",
  configPath: "/h/c.json",
  stateDir: "/h",
  port: 18_789,
  startTime: 44_522,
};
const blanks = fc
  .array(fc.constantFrom(" ", "\t", "\n", "\0"), { maxLength: 600 })
  .map((all) => all.join(""));

describe("a lock file", () => {
  it("is read with whatever blanks OpenClaw leaves after it", () => {
    fc.assert(
      fc.property(blanks, fc.integer({ min: 2, max: 4_194_304 }), fc.nat(), (after, pid, startTime) => {
        const lock = parseLock(JSON.stringify({ ...payload, pid, startTime }) + after, "f");
        expect(lock).toMatchObject({ pid, startTime, port: 18_789, stateDir: "/h", role: "gateway" });
      }),
    );
  });

  it("is read with the rest of a longer one behind it", () => {
    const older = JSON.stringify({ ...payload, pid: 99, note: "x".repeat(200) });
    const newer = JSON.stringify(payload);
    expect(parseLock(newer + older.slice(newer.length), "f")).toMatchObject({ pid: 10_123 });
  });

  it("never makes the parser throw, and never gives a pid that would hit everything", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((v) => JSON.stringify({ pid: v })),
        ),
        (text) => {
          const lock = parseLock(text, "f");
          if (lock !== undefined) {
            expect(Number.isSafeInteger(lock.pid)).toBe(true);
            expect(lock.pid).toBeGreaterThan(1);
          }
        },
      ),
    );
  });

  it.each([
    "",
    "{",
    "[]",
    "null",
    '{"pid":0}',
    '{"pid":1}',
    '{"pid":-1}',
    '{"pid":1.5}',
    '{"pid":"5"}',
    "}".repeat(100_000),
    "{".repeat(100_000),
  ])("of %j says nothing", (text) => expect(parseLock(text, "f")).toBeUndefined());

  it("keeps only what is plausible", () => {
    expect(
      parseLock(JSON.stringify({ pid: 5, port: 99_999, startTime: "x", role: "agent-embedded" }), "f"),
    ).toEqual({
      file: "f",
      pid: 5,
      role: "agent-embedded",
    });
  });
});

describe("the looks of a gateway", () => {
  it.each([
    [["openclaw-gateway", ""], "openclaw-gatewa"],
    [["/usr/local/bin/openclaw-gateway"], "node"],
    [["node", "/opt/node_modules/openclaw/openclaw.mjs", "gateway", "run"], "node"],
    [["node", "/opt/openclaw/dist/index.js", "gateway", "--port", "1"], "MainThread"],
    [["/usr/bin/openclaw", "gateway"], "openclaw"],
    [["clawdbot-gateway"], "clawdbot-gatewa"],
  ])("%j", (argv, comm) => expect(looksLikeGateway({ argv, comm })).toBe(true));
  it.each([
    [["openclaw"], "openclaw"],
    [["openclaw", "status"], "openclaw"],
    [["vim", "openclaw-gateway.service"], "vim"],
    [["node", "/srv/gateway.js", "gateway"], "node"],
    [["grep", "openclaw", "gateway.log"], "grep"],
    [[], "kworker"],
  ])("not %j", (argv, comm) => expect(looksLikeGateway({ argv, comm })).toBe(false));
});
