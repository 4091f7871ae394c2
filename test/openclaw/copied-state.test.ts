import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configRefs, ownCopy } from "../../src/openclaw/copied-state.ts";
import { lockTraces } from "../../src/openclaw/trace-files.ts";
import type { Installation } from "../../src/openclaw/types.ts";
import { fakeHost } from "../support/fake-host.ts";

const move = (path: string): string | undefined =>
  path.startsWith("/home/claw/") ? `/copy${path}` : undefined;

describe("configRefs", () => {
  it("finds paths of the old host, at any depth, and leaves others", () => {
    const config = { a: [{ dir: "/home/claw/w" }], b: "/opt/x", c: "home/claw", d: "see /home/claw/w" };
    expect(configRefs(config, move, new Set()).moved).toEqual([
      { path: ["a", "0", "dir"], to: "/copy/home/claw/w" },
    ]);
  });

  it("tells what a program or the environment would have to say, but not what the copy holds itself", () => {
    const config = {
      exec: { source: "exec", provider: "op", id: "vault/item" },
      env: { source: "env", provider: "default", id: "GONE_KEY" },
      known: { source: "env", provider: "default", id: "KNOWN_KEY" },
      file: { source: "file", provider: "f", id: "/x" },
      text: "a ${GONE_URL} and ${KNOWN_KEY} and $${NOT_ONE}",
    };
    const { outside, variables } = configRefs(config, move, new Set(["KNOWN_KEY"]));
    expect(outside).toEqual([
      { path: ["exec"], shown: "exec:op:vault/item" },
      { path: ["env"], shown: "env:default:GONE_KEY" },
    ]);
    expect(variables).toEqual(["GONE_URL"]);
  });

  it("ends on a config that is nested without end", () => {
    let deep: unknown = "/home/claw/x";
    for (let level = 0; level < 5000; level += 1) deep = { deep };
    expect(configRefs(deep, move, new Set()).moved).toEqual([]);
  });
});

describe("ownCopy", () => {
  it("takes away locks and leases of the gateway that ran, and moves agents that lie elsewhere", async () => {
    const fake = await fakeHost();
    const stateDir = fake.path("~/.openclaw");
    const locks = join(stateDir, "tmp", "openclaw-0");
    await mkdir(locks, { recursive: true });
    await mkdir(join(stateDir, "state"));
    await writeFile(join(locks, "gateway.state.lock"), '{"pid":4242,"port":18789}');
    await writeFile(join(locks, "gateway.0123abcd.lock"), "no lock at all");
    await writeFile(join(locks, "other.lock"), "");
    const path = join(stateDir, "state", "openclaw.sqlite");
    const db = await fake.host.sqlite.open(path, { create: true });
    db.exec(
      "CREATE TABLE state_leases (scope TEXT); INSERT INTO state_leases VALUES ('gateway-owner');" +
        "CREATE TABLE agent_databases (agent_id TEXT, path TEXT);" +
        "INSERT INTO agent_databases VALUES ('main', 'agents/main/x'), ('far', '/home/claw/far'), ('opt', '/opt/far')",
    );
    db.close();
    const installation = {
      target: { root: "/", stateDir },
      databases: [{ kind: "state", path }],
    } as unknown as Installation;
    await ownCopy(fake.host, installation, move);
    expect(existsSync(join(locks, "gateway.state.lock"))).toBe(false);
    expect(existsSync(join(locks, "gateway.0123abcd.lock"))).toBe(false);
    expect(existsSync(join(locks, "other.lock"))).toBe(true);
    const after = await fake.host.sqlite.open(path, { readOnly: true });
    expect(after.all("SELECT * FROM state_leases")).toEqual([]);
    expect(after.all("SELECT path FROM agent_databases ORDER BY agent_id").map((row) => row["path"])).toEqual(
      ["/copy/home/claw/far", "agents/main/x", "/opt/far"],
    );
    after.close();
    await fake.cleanup();
  });
});

describe("lockTraces", () => {
  it("names the files as OpenClaw does", () => {
    // The real state of the fixtures holds device-identity.a8cf4273.lock.sqlite, made for this very database.
    expect(lockTraces(["/home/claw/.openclaw/state/openclaw.sqlite"], 1000)).toContain(
      "/tmp/openclaw-state-locks-1000/state-handles.a8cf4273.lock.sqlite",
    );
  });
});
