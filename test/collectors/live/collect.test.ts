import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createReadings, keptReadings } from "../../../src/collectors/index.ts";
import { Secret } from "../../../src/model/secret.ts";
import { fakeProcess, fakeSocket, notInstalled } from "../../support/fake-host.ts";
import { collector, setting, type Setting, type SettingOptions } from "../setting.ts";

let here: Setting | undefined;
async function made(options: SettingOptions = {}): Promise<Setting> {
  here = await setting({ live: true, ...options });
  return here;
}
afterEach(async () => {
  await here?.end();
  here = undefined;
});

async function records(given: Setting, id: string): Promise<readonly unknown[]> {
  return given.lines(await given.run(collector(id)));
}

const elf = Buffer.concat([Buffer.from("\u007fELF\u0002\u0001", "latin1"), Buffer.alloc(5000, 7)]);
const secret = "sk-proj-FAKE-0123456789abcdef0123456789";

describe("processes of a host that has no time", () => {
  it("are the ones that could be read, and the rest is said", async () => {
    const given = await made({
      processes: [fakeProcess({ pid: 1, comm: "init" })],
      busy: { late: 7000, searchedTo: 2048 },
    });
    const artifact = await given.run(collector("processes"));
    expect(artifact).toMatchObject({ outcome: "partial", records: 1 });
    expect(artifact.reason).toContain("7000 processes could not be read in 20 s");
    expect(artifact.reason).toContain(
      "hidden processes were looked for up to process id 2048: 20 s were over",
    );
  });
});

describe("programs without a file", () => {
  it("are copied once, byte for byte, with hash; a secret in one is blanked", async () => {
    const holding = Buffer.concat([elf, Buffer.from(`\0${secret}\0`)]);
    const given = await made({
      processes: [
        fakeProcess({ pid: 50, comm: "gone", exe: "/usr/bin/gone", exeDeleted: true }),
        fakeProcess({ pid: 51, comm: "mem", exe: "/memfd:x", exeDeleted: true }),
        fakeProcess({ pid: 52, comm: "shut", exe: "/dev/shm/x" }),
        fakeProcess({ pid: 53, comm: "node", exe: "/usr/bin/node" }),
      ],
      depths: {
        50: { program: elf, openFiles: [{ fd: 3, target: "/tmp/loot", deleted: true, bytes: 77 }] },
        51: {
          program: holding,
          openFiles: [{ fd: 4, target: "/memfd:doublemapper", deleted: true, bytes: 1 }],
        },
        53: { program: elf },
      },
    });
    const artifact = await given.run(collector("lost-programs"));
    expect(artifact.outcome).toBe("partial");
    expect(artifact.reason).toBe(
      "the program of process 52 was not copied: may not be read by this user; as root: the programs of other users",
    );
    expect(await given.lines(artifact)).toMatchObject([
      { pid: 50, loss: "deleted", format: "elf", copy: "program-50.bin", bytes: elf.length },
      { pid: 51, loss: "memory only", copy: "program-51.bin" },
      { pid: 52, loss: "in a temporary folder" },
      { kind: "open-file", pid: 50, path: "/tmp/loot", bytes: 77 },
    ]);
    const kept = given.kase.evidence.all().filter(({ id }) => id.startsWith("lost-programs/"));
    expect(kept.map(({ id, outcome }) => [id, outcome])).toEqual([
      ["lost-programs/program-50.bin", "ok"],
      ["lost-programs/program-51.bin", "partial"],
    ]);
    expect(kept[0]?.sha256).toBe(createHash("sha256").update(elf).digest("hex"));
    for (const { file } of kept) {
      const bytes = await given.fake.host.fs.read(join(given.kase.info.path, file ?? ""));
      expect(Buffer.from(bytes).includes("FAKE")).toBe(false);
    }
  });
});

describe("the gateway in depth", () => {
  const gateway = fakeProcess({
    pid: 70,
    comm: "openclaw-gatewa",
    argv: ["openclaw-gateway"],
    exe: "/usr/bin/node",
  });

  it("shows open files, memory, limits and children", async () => {
    const given = await made({
      processes: [gateway, fakeProcess({ pid: 71, ppid: 70, comm: "sh", argv: ["sh"] })],
      depths: {
        70: {
          openFiles: [
            { fd: 3, target: "socket:[1]", deleted: false },
            { fd: 4, target: "/home/x", deleted: false },
          ],
          memory: [{ access: "rwxp", bytes: 4096, path: "/tmp/x.so", deleted: false }],
          limits: { "Max open files": "1024" },
        },
      },
    });
    const artifact = await given.run(collector("gateway-process"));
    expect(artifact.outcome).toBe("partial");
    expect(artifact.reason).toContain("of 1 of its 2 processes may not be read");
    expect(await given.lines(artifact)).toMatchObject([
      {
        pid: 70,
        role: "gateway",
        children: [71],
        openFiles: [{ target: "/home/x" }],
        openOthers: { socket: 1 },
        memory: { files: [{ path: "/tmp/x.so" }] },
        limits: { "Max open files": "1024" },
      },
      { pid: 71, role: "descendant" },
    ]);
  });

  it("is missing where none runs", async () => {
    const given = await made({ processes: [fakeProcess({ pid: 1, comm: "init", argv: ["init"] })] });
    expect(await given.run(collector("gateway-process"))).toMatchObject({ outcome: "missing" });
  });
});

describe("the gateway's logs", () => {
  const dump = "~/.openclaw/logs/raw-stream.jsonl";

  it("are those of a service, of older versions, of TMPDIR and of a Mac, too", async () => {
    const given = await made({
      facts: { tmp: "/var/folders/ab/T" },
      files: {
        "~/.openclaw/logs/gateway.err.log": `2026-11-20T10:00:00.000Z [ws] unauthorized key=${secret}\n`,
        "~/.openclaw/logs/commands.log": '{"action":"pairing approve"}\n',
        "~/.openclaw/logs/stability/a.json": "{}\n",
        "~/.openclaw/logs/config-audit.jsonl": "a record of its own kind\n",
        [dump]: '{"text":"[ws] unauthorized, said a model"}\n',
        "~/Library/Logs/openclaw/gateway.log": "[shutdown] on a Mac\n",
        "/tmp/clawdbot/clawdbot-2026-01-20.log": "[reload] long ago\n",
        "/tmp/openclaw/evil.log": "not the gateway's\n",
        "/var/folders/ab/T/openclaw/openclaw-2026-11-20.log": "[ws] in TMPDIR\n",
      },
    });
    const artifact = await given.run(collector("gateway-logs"));
    expect(artifact.outcome).toBe("ok");
    const kept = (await given.lines(artifact)) as readonly { readonly kind: string; readonly path: string }[];
    const home = given.sources.target.toHost(given.fake.home);
    expect(
      kept.flatMap(({ kind, path }) => (kind === "file" ? [path.replace(home, "~")] : [])).sort(),
    ).toEqual([
      "/tmp/clawdbot/clawdbot-2026-01-20.log",
      "/var/folders/ab/T/openclaw/openclaw-2026-11-20.log",
      "~/.openclaw/logs/commands.log",
      "~/.openclaw/logs/gateway.err.log",
      dump,
      "~/.openclaw/logs/stability/a.json",
      "~/Library/Logs/openclaw/gateway.log",
    ]);
    expect(JSON.stringify(kept)).not.toContain("FAKE");
    const { records: told } = await given.sources.readings.get("logs", given.sources);
    expect(told.map(({ text }) => text).sort()).toEqual([
      expect.stringContaining("[ws] unauthorized key="),
      "[reload] long ago",
      "[shutdown] on a Mac",
      "[ws] in TMPDIR",
    ]);
    expect(told).toContainEqual(expect.objectContaining({ at: "2026-11-20T10:00:00.000Z" }));
  });

  it("that cannot be looked at are a gap", async () => {
    const given = await made({ files: { "/tmp/clawdbot/clawdbot-2026-01-20.log": "x" } });
    given.fake.fail(given.fake.path("/tmp/clawdbot"), "EACCES");
    expect(await given.run(collector("gateway-logs"))).toMatchObject({
      outcome: "partial",
      reason: "/tmp/clawdbot may not be read by this user",
    });
  });
});

describe("processes", () => {
  it("tell whose login they go back to, what they are apart in, and hide a secret of theirs everywhere", async () => {
    const token = "FAKE1234abcd5678efgh9012";
    const given = await made({
      processes: [
        fakeProcess({ pid: 1, namespaces: { mnt: 1, net: 1, pid: 1, user: 1 } }),
        fakeProcess({
          pid: 60,
          namespaces: { mnt: 2, net: 1, pid: 2, user: 1 },
          loginUid: 1000,
          tracer: 9,
          argv: ["x", token],
          environ: [{ name: "MY_TOKEN", value: new Secret(token) }],
        }),
      ],
      files: { "/etc/hosts": `127.0.0.1 ${token}\n` },
    });
    const [, found] = await records(given, "processes");
    expect(found).toMatchObject({ pid: 60, apart: ["mnt", "pid"], loginUid: 1000, tracer: 9 });
    const kept = await keptReadings(given.fake.host, given.kase.info.path, given.kase.evidence.all());
    const { environment, ...rest } = found as Record<string, unknown>;
    expect(environment).toHaveLength(1);
    const again = await createReadings(kept).get("processes", given.sources);
    expect(again.records.find(({ pid }) => pid === 60)).toEqual(rest);
    expect(JSON.stringify(found)).not.toContain("FAKE");
    expect(JSON.stringify(await records(given, "network"))).not.toContain("FAKE");
  });
});

describe("the rest of the live host", () => {
  it("is read from its files: kernel, mounts, network, sessions, system, clock", async () => {
    const given = await made({
      files: {
        "/proc/sys/kernel/tainted": "4096\n",
        "/proc/modules": "evil 100 0 - Live 0x0 (OE)\n",
        "/proc/sys/fs/binfmt_misc/status": "enabled\n",
        "/proc/sys/fs/binfmt_misc/x": "enabled\ninterpreter /tmp/x\n",
        "/proc/self/mountinfo": "1 0 0:1 / /proc/77 rw - tmpfs none rw\n",
        "/proc/net/dev": "a\nb\n  lo: 1 2 3 4 5 6 7 8 9\n",
        "/proc/uptime": "100.5 1\n",
        "/proc/stat": "cpu 1\nbtime 1763600000\n",
        "/etc/hosts": "203.0.113.9 api.anthropic.com\n",
        "/etc/localtime": { link: "/usr/share/zoneinfo/Europe/Berlin" },
        "/run/systemd/sessions/5":
          "UID=1000\nUSER=claw\nREMOTE_HOST=203.0.113.9\nREALTIME=1763600000000000\n",
        "/var/lib/systemd/linger/claw": "",
        "/etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
      },
      logins: [{ user: "claw", line: "pts/0", host: "203.0.113.9", pid: 3 }],
    });
    expect(await records(given, "kernel")).toMatchObject([
      { kind: "taint", traits: ["tainted", "out-of-tree"] },
      { kind: "module", name: "evil", traits: ["out-of-tree", "unsigned"] },
      { kind: "binfmt", name: "x", traits: ["interpreter"] },
    ]);
    expect(await records(given, "mounts")).toMatchObject([{ name: "/proc/77", traits: ["over-proc"] }]);
    expect(await records(given, "network")).toMatchObject([
      { kind: "interface", name: "lo" },
      { kind: "host-name", name: "api.anthropic.com", traits: ["redirected-name"] },
    ]);
    expect(await records(given, "logins")).toMatchObject([
      { kind: "login", user: "claw" },
      { kind: "session", user: "claw", from: "203.0.113.9", at: "2025-11-20T00:53:20.000Z" },
      { kind: "linger", user: "claw" },
    ]);
    expect(await records(given, "system")).toContainEqual(
      expect.objectContaining({ kind: "os-release", values: { ID: "debian", VERSION_ID: "12" } }),
    );
    expect(await records(given, "clock")).toMatchObject([
      { timeZone: "Europe/Berlin", uptimeSeconds: 100.5, bootedAt: "2025-11-20T00:53:20.000Z" },
    ]);
    expect(given.fake.ran).toEqual([]);
  });

  it("has raw sockets, sockets within the machine, and listening ports of the network only", async () => {
    const given = await made({
      processes: [fakeProcess({ pid: 9, comm: "sniff" })],
      sockets: [
        fakeSocket({
          protocol: "packet",
          state: "OPEN",
          localAddress: "all interfaces",
          localPort: 3,
          pids: [9],
        }),
        fakeSocket({ protocol: "unix", state: "LISTEN", localAddress: "/run/x.sock", pids: [] }),
        fakeSocket({ localPort: 22, localAddress: "0.0.0.0", pids: [9] }),
      ],
    });
    expect(await records(given, "sockets")).toHaveLength(3);
    expect(await given.run(collector("sockets"))).toMatchObject({ outcome: "ok" });
    expect(await records(given, "listening-ports")).toMatchObject([{ localPort: 22, beyondLoopback: true }]);
  });

  it("finds programs in temporary folders, also on a disk", async () => {
    const given = await made({
      live: false,
      // Other users' files that cannot be run are not opened.
      facts: { uid: process.getuid?.() ?? 0 },
      files: {
        "/tmp/.x": { content: elf, mode: 0o755 },
        "/tmp/notes.txt": "plain",
        "/dev/shm/run": "#!/bin/sh\n",
        "/tmp/link": { link: "/etc/passwd" },
      },
    });
    const artifact = await given.run(collector("temp-files"));
    expect(artifact.outcome).toBe("ok");
    const found = (await given.lines(artifact)) as {
      readonly name: string;
      readonly traits: readonly string[];
    }[];
    const named = new Map(found.map((one) => [one.name, one]));
    expect(named.get("/tmp/.x")).toMatchObject({
      traits: ["executable", "hidden-name", "binary"],
      data: { sha256: createHash("sha256").update(elf).digest("hex") },
    });
    expect(named.get("/dev/shm/run")?.traits).toEqual(["script"]);
    expect(named.get("/tmp/notes.txt")?.traits).toEqual([]);
    expect(named.get("/tmp/link")).toMatchObject({ kind: "symlink", data: { link: "/etc/passwd" } });
  });
});

describe("what only a program can tell", () => {
  it("is not asked where its engine left no trace, nor as an ordinary user", async () => {
    const given = await made();
    expect(await given.run(collector("containers"))).toMatchObject({
      outcome: "missing",
      reason: "no container engine runs here",
    });
    expect(await given.run(collector("firewall"))).toMatchObject({ outcome: "denied" });
    expect(await given.run(collector("bpf"))).toMatchObject({ outcome: "denied" });
    expect(await given.run(collector("tunnel-state"))).toMatchObject({ outcome: "missing" });
    expect(await given.run(collector("clock-end"))).toMatchObject({ outcome: "ok" });
    expect(given.fake.ran).toEqual([]);
  });

  const id = "ab".repeat(32);
  const inspect = JSON.stringify([
    { Id: id, Name: "/x", Path: "sh", Args: ["--token", "FAKE-abcdefgh"], HostConfig: { Privileged: true } },
  ]);

  it("is containers, and a silent or broken engine is a gap", async () => {
    const files = { "/run/docker.sock": "" };
    const list = "docker ps -a -q --no-trunc";
    const told = await made({
      files,
      commands: { [list]: { stdout: `${id}\nno id\n` }, [`docker inspect ${id}`]: { stdout: inspect } },
    });
    const artifact = await told.run(collector("containers"));
    expect(artifact.outcome).toBe("ok");
    const lines = await told.lines(artifact);
    expect(lines).toMatchObject([{ name: "x", traits: ["privileged"] }]);
    expect(JSON.stringify(lines)).not.toContain("FAKE");
    await told.end();
    const late = await made({ files, commands: { [list]: { code: null, timedOut: true } } });
    expect(await late.run(collector("containers"))).toMatchObject({
      outcome: "partial",
      reason: "docker ps did not answer in time; as root: containers of other users and of the system",
    });
    await late.end();
    const absent = await made({ files, commands: { [list]: notInstalled } });
    expect(await absent.run(collector("containers"))).toMatchObject({ outcome: "missing" });
    await absent.end();
    const broken = await made({
      files,
      commands: { [list]: { stdout: id }, [`docker inspect ${id}`]: { stdout: "{" } },
    });
    expect((await broken.run(collector("containers"))).reason).toContain("no JSON");
  });

  const named = (name: string, one: string) => ({ Id: one, Name: `/${name}`, Path: "node", Args: [] });
  const cell = "cd".repeat(32);
  const asking = {
    "docker ps -a -q --no-trunc": { stdout: `${id}\n${cell}\n` },
    [`docker inspect ${id} ${cell}`]: {
      stdout: JSON.stringify([named("web", id), named("openclaw-cell-a", cell)]),
    },
  };

  it("is what was changed in OpenClaw's containers and what they said, secrets hidden; others are not asked about", async () => {
    const given = await made({
      files: { "/run/docker.sock": "" },
      commands: {
        ...asking,
        [`docker diff ${cell}`]: { stdout: "C /etc\nA /tmp/x\nA /a\nb\nD /etc/passwd\n" },
        [`docker logs --tail 2000 -t ${cell}`]: {
          stdout: `2026-11-20T10:00:00.123456789Z key ${secret}\nno time\nhalf of sk-proj-FAKE`,
          stderr: "2026-11-20T10:00:01Z failed\n",
          truncated: true,
        },
      },
    });
    const artifact = await given.run(collector("container-traces"));
    expect(artifact.outcome).toBe("partial");
    expect(artifact.reason).toContain("openclaw-cell-a: 1 lines of docker diff make no sense");
    expect(artifact.reason).toContain("openclaw-cell-a: of its last 2000 lines not all were kept");
    const lines = await given.lines(artifact);
    expect(lines).toMatchObject([
      {
        kind: "changes",
        added: 2,
        changed: 1,
        deleted: 1,
        paths: ["A /tmp/x", "A /a", "D /etc/passwd", "C /etc"],
      },
      { kind: "line", stream: "stdout", at: "2026-11-20T10:00:00.123Z" },
      { kind: "line", stream: "stdout", text: "no time" },
      { kind: "line", stream: "stderr", at: "2026-11-20T10:00:01.000Z", text: "failed" },
    ]);
    expect(JSON.stringify(lines)).not.toContain("FAKE");
    expect(given.fake.ran.filter(({ argv }) => argv.at(-1) === id)).toEqual([]);
    for (const { options } of given.fake.ran)
      expect(options).toMatchObject({
        timeoutMs: expect.any(Number) as unknown,
        maxBytes: expect.any(Number) as unknown,
      });
  });

  it("is asked about a container that OpenClaw has on record under any name", async () => {
    const entry = { containerName: "web", sessionKey: "agent:main:main", createdAtMs: 1_763_600_000_000 };
    const given = await made({
      files: {
        "/run/docker.sock": "",
        "~/.openclaw/sandbox/containers.json": JSON.stringify({ entries: [entry] }),
      },
      onRun: (argv) => (argv.at(-1) === id && argv[1] === "diff" ? { stdout: "A /x\n" } : undefined),
      commands: {
        "docker ps -a -q --no-trunc": { stdout: id },
        [`docker inspect ${id}`]: { stdout: JSON.stringify([named("web", id)]) },
        [`docker logs --tail 2000 -t ${id}`]: { stdout: "" },
      },
    });
    expect(await records(given, "container-traces")).toMatchObject([{ container: "web", paths: ["A /x"] }]);
  });

  it("is not waited for again after an engine hung, and missing where no container is OpenClaw's", async () => {
    const files = { "/run/docker.sock": "" };
    const hung = await made({
      files,
      commands: { ...asking, [`docker diff ${cell}`]: { code: null, timedOut: true } },
    });
    const artifact = await hung.run(collector("container-traces"));
    expect(artifact).toMatchObject({ outcome: "partial", records: 0 });
    expect(artifact.reason).toContain("docker diff did not answer in time; docker was not asked any further");
    await hung.end();
    const other = await made({
      files,
      commands: {
        "docker ps -a -q --no-trunc": { stdout: id },
        [`docker inspect ${id}`]: { stdout: JSON.stringify([named("web", id)]) },
      },
    });
    expect(await other.run(collector("container-traces"))).toMatchObject({
      outcome: "missing",
      reason: "none of the containers is OpenClaw's",
    });
  });

  it("is the firewall and programs in the kernel, for root", async () => {
    const given = await made({
      facts: { uid: 0 },
      commands: {
        "nft list ruleset": { stdout: "table inet x {\n}\n" },
        "iptables-save": notInstalled,
        "ip6tables-save": { code: 1, stderr: "broken\n" },
        "bpftool -j prog": { stdout: '[{"id":1,"type":"kprobe","name":"x","loaded_at":1763600000}]' },
      },
    });
    const artifact = await given.run(collector("firewall"));
    expect(artifact).toMatchObject({ outcome: "partial", reason: "ip6tables-save ended with 1: broken" });
    expect(await given.lines(artifact)).toHaveLength(2);
    expect(await records(given, "bpf")).toMatchObject([
      { type: "kprobe", hook: true, at: "2025-11-20T00:53:20.000Z" },
    ]);
  });

  it("is whether the network sets the clock, where systemd runs the machine", async () => {
    const given = await made({
      files: { "/run/systemd/system/x": "" },
      commands: { "timedatectl show": { stdout: "NTP=yes\nNTPSynchronized=no\n" } },
    });
    expect(await records(given, "clock-end")).toMatchObject([
      { networkTime: "yes", networkTimeReached: "no" },
    ]);
  });
});
