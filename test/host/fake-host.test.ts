import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cancelled } from "../../src/model/errors.ts";
import { fakeHost, type FakeHost, fakeProcess, fakeSocket } from "../support/fake-host.ts";

describe("the fake host", () => {
  let fake: FakeHost;
  beforeEach(async () => {
    fake = await fakeHost({
      files: { "~/a.txt": "A", "/etc/x": { content: "X", mode: 0o644 }, "~/away": { link: "/etc" } },
      commands: { "git --version": { stdout: "git 2" } },
      processes: [fakeProcess({ pid: 77 })],
      sockets: [fakeSocket({ localPort: 18789, pids: [77] })],
      answers: {
        "go.on": true,
        "go.away": () => {
          throw cancelled();
        },
      },
      secrets: { "seal.passphrase": "FAKE-passphrase" },
    });
  });
  afterEach(() => fake.cleanup());

  it("keeps files inside its root", async () => {
    const { fs } = fake.host;
    expect(await fs.readText(fake.path("~/a.txt"))).toBe("A");
    expect(await fs.readText(fake.path("/etc/x"))).toBe("X");
    await expect(fs.readText("/etc/passwd")).rejects.toThrow("outside");
    await expect(fs.readText(join(fake.root, "../x"))).rejects.toThrow("outside");
    await expect(fs.list(join(fake.home, "away"))).rejects.toThrow("outside");
    await expect(fs.readText(join(fake.home, "away/passwd"))).rejects.toThrow("outside");
    await expect(fs.writeAtomic(join(fake.home, "away/hosts.claw"), "x")).rejects.toThrow("outside");
    await expect(fs.readText("a.txt")).rejects.toThrow("absolute");
    await expect(fake.host.sqlite.open("/tmp/other.db", { create: true })).rejects.toThrow("outside");
    expect(fake.written).toEqual([]);
  });

  it("records what is written and fails where it is told to", async () => {
    const path = fake.path("~/out");
    await fake.host.fs.writeAtomic(path, "1");
    expect(fake.written).toEqual([path]);
    fake.fail(fake.home, "EACCES", "read");
    await expect(fake.host.fs.readText(path)).rejects.toMatchObject({ code: "EACCES" });
    await fake.host.fs.writeAtomic(path, "2");
    fake.heal(fake.home);
    expect(await fake.host.fs.readText(path)).toBe("2");
    fake.fail(path, "ENOSPC", "write");
    await expect(fake.host.fs.writeAtomic(path, "3")).rejects.toMatchObject({ code: "ENOSPC" });
  });

  it("throws for every program, address, port, question and secret that was not seeded", async () => {
    const { host } = fake;
    expect(await host.run(["git", "--version"], { timeoutMs: 1 })).toMatchObject({
      code: 0,
      stdout: "git 2",
    });
    await expect(host.run(["git", "status"], { timeoutMs: 1 })).rejects.toThrow("not seeded");
    await expect(host.spawn(["x"], { env: {}, logFile: "x" })).rejects.toThrow("not seeded");
    await expect(host.http.request({ url: "http://127.0.0.1/", timeoutMs: 1 })).rejects.toThrow("not seeded");
    await expect(host.http.portOpen("127.0.0.1", 1, 1)).rejects.toThrow("not seeded");
    await expect(host.http.webSocket("ws://127.0.0.1", 1)).rejects.toThrow("not seeded");
    expect(await host.prompt.confirm({ id: "go.on", message: "?", default: false })).toBe(true);
    await expect(host.prompt.confirm({ id: "other", message: "?", default: true })).rejects.toMatchObject({
      code: "prompt-unanswered",
    });
    await expect(host.prompt.confirm({ id: "go.away", message: "?", default: true })).rejects.toMatchObject({
      exit: "cancelled",
    });
    await expect(host.prompt.secret({ id: "other.key", message: "?" })).rejects.toMatchObject({
      code: "prompt-unanswered",
    });
    const secret = await host.prompt.secret({ id: "seal.passphrase", message: "?" });
    expect(secret?.reveal()).toBe("FAKE-passphrase");
    expect(fake.asked()).toEqual(["go.on", "other", "go.away", "other.key", "seal.passphrase"]);
    expect(fake.ran.map(({ argv }) => argv.join(" "))).toEqual(["git --version", "git status"]);
  });

  it("lets time pass only when somebody sleeps, and plans happen on the way", async () => {
    const { clock } = fake.host;
    const seen: string[] = [];
    fake.later(500, () => void seen.push(clock.now().toISOString()));
    await clock.sleep(400);
    expect(seen).toEqual([]);
    await clock.sleep(400);
    expect(seen).toEqual(["2026-11-21T10:00:00.500Z"]);
    expect(clock.monotonic()).toBe(800);
    expect(fake.slept).toEqual([400, 400]);
    fake.cancel();
    await expect(clock.sleep(1)).rejects.toMatchObject({ exit: "cancelled" });
    await expect(fake.host.run(["git", "--version"], { timeoutMs: 1 })).rejects.toMatchObject({
      exit: "cancelled",
    });
  });

  it("ends a process and its sockets on a signal, but not one with another start time", async () => {
    const { processes } = fake.host;
    expect(await processes.signal({ pid: 77, startTicks: 1 }, "SIGTERM")).toBe("gone");
    expect((await processes.sockets()).length).toBe(1);
    expect(await processes.signal({ pid: 77, startTicks: 7700 }, "SIGTERM")).toBe("sent");
    expect(await processes.get(77)).toBeUndefined();
    expect(await processes.sockets()).toEqual([]);
    expect(fake.signals.map(({ result }) => result)).toEqual(["gone", "sent"]);
  });
});
