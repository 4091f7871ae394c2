import { afterEach, describe, expect, it } from "vitest";
import { createReadings, keptReadings, runCollector } from "../../src/collectors/index.ts";
import type { Collector } from "../../src/collectors/index.ts";
import { Secret } from "../../src/model/secret.ts";
import { fakeProcess, fakeSocket } from "../support/fake-host.ts";
import { collector, setting, type Setting, type SettingOptions } from "./setting.ts";

let here: Setting | undefined;
async function made(options: SettingOptions = {}): Promise<Setting> {
  here = await setting(options);
  return here;
}
afterEach(async () => {
  await here?.end();
  here = undefined;
});

const base: Omit<Collector, "collect"> = {
  id: "test",
  title: "Test",
  stage: "collect",
  attack: [],
  liveOnly: false,
  timeoutMs: 5000,
};

describe("runCollector", () => {
  it("keeps records with hash and outcome", async () => {
    const { run, lines } = await made();
    const artifact = await run({
      ...base,
      collect: async () => ({ outcome: "ok", records: [{ a: 1 }, { a: 2 }] }),
    });
    expect(artifact).toMatchObject({ id: "test", outcome: "ok", records: 2 });
    expect(artifact.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await lines(artifact)).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it("turns a throw into the outcome error", async () => {
    const { run } = await made();
    const artifact = await run({ ...base, collect: () => Promise.reject(new Error("broken\nthing")) });
    expect(artifact).toMatchObject({ outcome: "error", reason: "broken thing", records: 0 });
  });

  it("keeps what a lazy source gave before it threw, and says so", async () => {
    const { run } = await made();
    function* broken(): Generator {
      yield { a: 1 };
      throw new Error("row 2 is damaged");
    }
    const artifact = await run({ ...base, collect: async () => ({ outcome: "ok", records: broken() }) });
    expect(artifact).toMatchObject({ outcome: "partial", reason: "row 2 is damaged", records: 1 });
  });

  it("asks a lazy source for its outcome after its last record", async () => {
    const { run } = await made();
    const problems: string[] = [];
    function* late(): Generator {
      yield 1;
      problems.push("a hole");
    }
    const artifact = await run({
      ...base,
      collect: async () => ({
        get outcome() {
          return problems.length === 0 ? ("ok" as const) : ("partial" as const);
        },
        get reason() {
          return problems[0];
        },
        records: late(),
      }),
    });
    expect(artifact).toMatchObject({ outcome: "partial", reason: "a hole" });
  });

  it("does not wait for ever", async () => {
    const { run } = await made();
    const artifact = await run({ ...base, timeoutMs: 30, collect: () => new Promise(() => undefined) });
    expect(artifact).toMatchObject({ outcome: "timeout", reason: "not done within 0.0 s" });
  });

  it("stops an endless lazy source at the limit and keeps its beginning", async () => {
    const { run, fake } = await made();
    function* endless(): Generator {
      for (;;) {
        void fake.advance(1000);
        yield {};
      }
    }
    const artifact = await run({ ...base, collect: async () => ({ outcome: "ok", records: endless() }) });
    expect(artifact.outcome).toBe("timeout");
    expect(artifact.records).toBeGreaterThan(2);
    expect(artifact.records).toBeLessThan(8);
  });

  it("throws cancelled when the user gave up", async () => {
    const { fake, kase, sources } = await made();
    const stuck: Collector = {
      ...base,
      collect: () => {
        fake.cancel();
        return new Promise(() => undefined);
      },
    };
    await expect(runCollector(fake.host, kase, stuck, sources)).rejects.toMatchObject({ exit: "cancelled" });
  });

  it("does not ask a disk for what only a live host has", async () => {
    const { run } = await made();
    for (const id of ["processes", "sockets", "logins", "clock", "listening-ports"]) {
      const artifact = await run(collector(id));
      expect(artifact.outcome).toBe("missing");
      expect(artifact.reason).toContain("a mounted disk is examined");
    }
  });

  it("says what root would add where something was denied", async () => {
    const { run } = await made();
    const denied: Collector = {
      ...base,
      rootAdds: "everything",
      collect: async () => ({ outcome: "denied", reason: "no entry", records: [] }),
    };
    expect((await run(denied)).reason).toBe("no entry; as root: everything");
  });
});

describe("volatile collectors", () => {
  const environ = [
    { name: "PATH", value: new Secret("/usr/bin") },
    { name: "OPENAI_API_KEY", value: new Secret("sk-proj-FAKE-0123456789abcdef0123456789") },
    { name: "LD_PRELOAD", value: new Secret("/tmp/x.so") },
  ];
  const live: SettingOptions = {
    live: true,
    processes: [
      fakeProcess({
        pid: 700,
        comm: "openclaw-gatewa",
        argv: ["openclaw-gateway", "--password", "FAKE-hunter2"],
        environ,
        exe: "/usr/bin/node",
      }),
      fakeProcess({ pid: 701, ppid: 700, comm: "x", argv: ["x"], exe: "/tmp/x", exeDeleted: true }),
    ],
    sockets: [fakeSocket({ localAddress: "0.0.0.0", localPort: 18789, pids: [700] })],
    logins: [{ user: "claw", line: "pts/0", host: "203.0.113.9", pid: 1 }],
  };

  it("keeps names and fingerprints, parents, deleted programs and loaders, and no value", async () => {
    const { run, lines } = await made(live);
    const artifact = await run(collector("processes"));
    const text = JSON.stringify(await lines(artifact));
    expect(text).not.toContain("FAKE");
    expect(text).not.toContain("/tmp/x.so");
    expect(await lines(artifact)).toMatchObject([
      { pid: 700, loaders: ["LD_PRELOAD"], environment: [{ name: "PATH" }, { name: "OPENAI_API_KEY" }, {}] },
      { pid: 701, ppid: 700, exeDeleted: true },
    ]);
  });

  it("joins sockets to processes, and tells listening beyond loopback", async () => {
    const { run, lines } = await made(live);
    expect(await lines(await run(collector("sockets")))).toMatchObject([
      { localPort: 18789, listening: true, holders: [{ pid: 700, comm: "openclaw-gatewa" }] },
    ]);
    expect(await lines(await run(collector("listening-ports")))).toMatchObject([{ beyondLoopback: true }]);
    expect(await lines(await run(collector("logins")))).toMatchObject([{ user: "claw" }]);
  });

  it("gives a resumed run the processes of the first minute", async () => {
    const { run, kase, fake, sources } = await made(live);
    await run(collector("processes"));
    await run(collector("sockets"));
    const readings = createReadings(await keptReadings(fake.host, kase.info.path, kase.evidence.all()));
    const gone = { ...sources, target: { ...sources.target, live: false }, readings };
    const set = await readings.all(gone);
    expect(set.processes.records.map((process) => process.pid)).toEqual([700, 701]);
    expect(set.sockets.records[0]).toMatchObject({ localPort: 18789, holders: [{ pid: 700 }] });
  });

  it("keeps the tail of the gateway's log with hash and size, whole lines only, redacted", async () => {
    const secret = "sk-proj-FAKE-0123456789abcdef0123456789";
    const line = JSON.stringify({
      time: "2026-11-20T10:00:00.000Z",
      message: `[ws] unauthorized key=${secret}`,
    });
    const { run, lines, sources } = await made({
      files: {
        "/tmp/openclaw/openclaw-2026-11-20.log": `${line}\nplain text [ws] x\n`,
        "/tmp/openclaw-1000/openclaw-2026-11-19.log": "[reload] y\n",
        "/tmp/openclaw/notes.txt": "no log",
      },
    });
    const artifact = await run(collector("gateway-logs"));
    expect(artifact.outcome).toBe("ok");
    const kept = await lines(artifact);
    expect(kept).toHaveLength(5);
    expect(kept).toContainEqual(
      expect.objectContaining({ kind: "file", path: "/tmp/openclaw/openclaw-2026-11-20.log" }),
    );
    expect(JSON.stringify(kept)).not.toContain(secret);
    const { records } = await sources.readings.get("logs", sources);
    expect(records).toContainEqual(expect.objectContaining({ at: "2026-11-20T10:00:00.000Z" }));
  });

  it("does not follow a log folder that leads out of the disk", async () => {
    const { run } = await made({ files: { "/tmp/openclaw": { link: "/nowhere" } } });
    expect((await run(collector("gateway-logs"))).outcome).toBe("missing");
  });
});
