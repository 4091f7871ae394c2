import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBpfPrograms } from "../../../src/collectors/live/bpf.ts";
import { parseInspect } from "../../../src/collectors/live/container-format.ts";
import { isOpenclawContainer } from "../../../src/collectors/live/container-own.ts";
import { parseChanges, parseContainerLine } from "../../../src/collectors/live/container-traces.ts";
import { gatewayFamily, unusualMemory } from "../../../src/collectors/live/gateway-process.ts";
import { parseBinfmt, parseModules, parseTaint } from "../../../src/collectors/live/kernel-format.ts";
import { traitsOfMount } from "../../../src/collectors/live/mounts.ts";
import {
  parseArp,
  parseDevices,
  parseHosts,
  parseResolvers,
  parseRoutes,
  parseRoutes6,
} from "../../../src/collectors/live/net-format.ts";
import { parsePairs } from "../../../src/collectors/live/sessions.ts";
import { sshForward } from "../../../src/collectors/live/ssh-forward.ts";
import { parseOsRelease } from "../../../src/collectors/live/system.ts";
import { traitsOfEntry } from "../../../src/collectors/live/temp-files.ts";
import { parseServe } from "../../../src/collectors/live/tunnel-state.ts";
import { tunnelProcesses } from "../../../src/collectors/live/tunnels.ts";
import { parseMountinfo } from "../../../src/collectors/mountinfo.ts";
import { process } from "../../analyse/records.ts";
import { mutated } from "../../support/mutated.ts";

const modules = `nf_tables 356352 120 nft_compat,nft_chain_nat, Live 0xffffffffc0a00000
vboxdrv 614400 2 - Live 0x0000000000000000 (OE)
rootkit 16384 0 - Live 0x0000000000000000 (POE+)
`;
const mountinfo = `22 27 0:21 / /proc rw,relatime - proc proc rw,hidepid=2
30 22 0:40 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw
31 22 0:21 /sys /proc/sys ro,relatime - proc proc rw
40 22 254:0 /tmp/empty /proc/4711 rw,relatime - ext4 /dev/vda rw
41 22 0:55 / /proc/4712 rw - tmpfs none rw
42 27 254:0 /tmp/passwd /etc/passwd rw - ext4 /dev/vda rw
43 27 254:0 /var/docker/resolv.conf /etc/resolv.conf rw - ext4 /dev/vda rw
44 27 0:60 /@home /home rw - btrfs /dev/sdb rw
`;
const route = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	100	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
`;
const route6 = `fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
`;
const arp = `IP address       HW type     Flags       HW address            Mask     Device
192.0.2.1        0x1         0x2         02:00:00:00:00:01     *        eth0
`;
const devices = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 16952704   21040    0    0    0     0          0         0 16952704   21040    0    0    0     0       0          0
   wg0:1000 1 0 0 0 0 0 0 2000 1 0 0 0 0 0 0
`;

describe("the kernel's own words", () => {
  it("are modules with what taints them", () => {
    expect(parseModules(modules, "/p").map(({ name, traits }) => [name, traits])).toEqual([
      ["nf_tables", []],
      ["vboxdrv", ["out-of-tree", "unsigned"]],
      ["rootkit", ["out-of-tree", "unsigned"]],
    ]);
  });

  it("are the sum of taints, bit by bit", () => {
    expect(parseTaint("0\n", "/p")).toMatchObject({ detail: "not tainted", traits: [] });
    expect(parseTaint("12288", "/p")?.traits).toEqual(["tainted", "out-of-tree", "unsigned"]);
    expect(parseTaint("10", "/p")?.traits).toEqual(["tainted", "forced"]);
    expect(parseTaint("512", "/p")?.traits).toEqual(["tainted"]);
    for (const text of ["", "-1", "1e3", "0x10", "99999999999"])
      expect(parseTaint(text, "/p")).toBeUndefined();
  });

  it("are interpreters", () => {
    const text = "enabled\ninterpreter /usr/bin/qemu-arm\nflags: OC\noffset 0\nmagic 7f454c46\n";
    expect(parseBinfmt("qemu-arm", text, "/p")).toMatchObject({ traits: ["interpreter"] });
    expect(parseBinfmt("x", text.replace("enabled", "disabled"), "/p")?.traits).toEqual([]);
    expect(parseBinfmt("x", "disabled\n", "/p")).toBeUndefined();
  });
});

describe("mounts", () => {
  it("over a process are told from what systemd and container engines do", () => {
    const found = parseMountinfo(mountinfo).map((mount) => [mount.point, traitsOfMount(mount)]);
    expect(found).toEqual([
      ["/proc", ["hides-processes"]],
      ["/proc/sys/fs/binfmt_misc", []],
      ["/proc/sys", []],
      ["/proc/4711", ["over-proc"]],
      ["/proc/4712", ["over-proc"]],
      ["/etc/passwd", ["over-system-file"]],
      ["/etc/resolv.conf", []],
      ["/home", []],
    ]);
  });
});

describe("network state", () => {
  it("is routes, neighbours and interfaces", () => {
    expect(parseRoutes(route, "/p", true).map(({ name, detail }) => [name, detail])).toEqual([
      ["0.0.0.0/0", "via 192.0.2.1 on eth0 (metric 100)"],
      ["192.0.2.0/24", "via 0.0.0.0 on eth0 (metric 0)"],
    ]);
    expect(parseRoutes(route, "/p", false)[0]?.detail).toContain("via 1.2.0.192");
    expect(parseRoutes6(route6, "/p")).toMatchObject([{ name: "fd00:0:0:0:0:0:0:0/64" }]);
    expect(parseArp(arp, "/p")).toMatchObject([{ name: "192.0.2.1" }]);
    expect(parseDevices(devices, "/p").map(({ name, traits, data }) => [name, traits, data])).toEqual([
      ["lo", [], { received: 16952704, sent: 16952704 }],
      ["wg0", ["tunnel"], { received: 1000, sent: 2000 }],
    ]);
  });

  it("is resolvers and names that never reach one", () => {
    expect(parseResolvers("# x\nnameserver 192.0.2.53 # y\n; z\n", "/p")).toMatchObject([
      { name: "nameserver", detail: "192.0.2.53", place: { locator: "line 2" } },
    ]);
    const found = parseHosts(
      "127.0.0.1 localhost\n198.51.100.7\tapi.openai.com  x #api.anthropic.com\n",
      "/p",
    );
    expect(found.map(({ name, traits }) => [name, traits])).toEqual([
      ["localhost", []],
      ["api.openai.com", ["redirected-name"]],
      ["x", []],
    ]);
  });
});

describe("tunnels", () => {
  it("are what ssh is asked to forward, and nothing else", () => {
    const cases: readonly (readonly [string, string | undefined])[] = [
      ["ssh -R 8080:localhost:22 evil", "-R 8080:localhost:22"],
      ["ssh -NfR9000:localhost:22 evil", "-R 9000:localhost:22"],
      ["ssh -fND 1080 evil", "-D 1080"],
      ["ssh -o RemoteForward=1:2:3 evil", "RemoteForward=1:2:3"],
      ["ssh -oRemoteForward=1:2:3 evil", "RemoteForward=1:2:3"],
      ["ssh -oR evil", undefined],
      ["ssh -i -R evil", undefined],
      ["ssh -p 22 -v host rm -R x", undefined],
      ["ssh -- -R 1:2:3", undefined],
      ["ssh", undefined],
    ];
    for (const [line, says] of cases) expect([line, sshForward(line.split(" "))]).toEqual([line, says]);
  });

  it("are programs made for it, under any path, and not what merely names them", () => {
    const found = tunnelProcesses([
      process({ pid: 1, exe: "/opt/x/ngrok", argv: ["./a"], comm: "a" }),
      process({ pid: 2, argv: ["cloudflared", "tunnel", "run"] }),
      process({ pid: 3, argv: ["grep", "ngrok"], comm: "grep", exe: "/bin/grep" }),
      process({ pid: 4, argv: ["/usr/bin/ssh", "-R", "1:2:3", "h"], comm: "ssh", exe: "/usr/bin/ssh" }),
      process({ pid: 5, argv: ["tailscaled"], comm: "tailscaled", exe: "/usr/sbin/tailscaled" }),
      process({ pid: 6, argv: ["code", "tunnel"], comm: "code", exe: "/usr/bin/code" }),
    ]);
    expect(found.map(({ data, traits }) => [data?.["pid"], traits])).toEqual([
      [1, ["tunnel"]],
      [2, ["tunnel"]],
      [4, ["tunnel"]],
      [5, []],
      [6, ["tunnel"]],
    ]);
  });

  it("are what tailscale serves, and to whom", () => {
    const served = JSON.stringify({
      TCP: { "443": { HTTPS: true } },
      Web: { "claw.example.ts.net:443": { Handlers: { "/": { Proxy: "http://127.0.0.1:18789" } } } },
      AllowFunnel: { "claw.example.ts.net:443": true },
    });
    expect(parseServe(served)).toMatchObject([
      { kind: "tailscale-web", public: true, handlers: { "/": { Proxy: "http://127.0.0.1:18789" } } },
      { kind: "tailscale-tcp", name: "443", public: true },
    ]);
  });
});

describe("containers", () => {
  const open = {
    Id: "ab12cd34ef56ab12",
    Name: "/openclaw-cell-1",
    Path: "sh",
    Args: ["-c", "x"],
    Created: "2026-11-20T10:00:00.5Z",
    State: { Status: "running", StartedAt: "2026-11-20T10:00:01Z" },
    Config: { Image: "alpine", Env: ["TOKEN=FAKE-secret-value", "PATH=/bin"], User: "" },
    HostConfig: {
      Privileged: true,
      PidMode: "host",
      NetworkMode: "host",
      CapAdd: ["SYS_ADMIN"],
      SecurityOpt: ["seccomp=unconfined"],
    },
    Mounts: [
      { Source: "/var/run/docker.sock", Destination: "/s", RW: true },
      { Source: "/", Destination: "/host", RW: false },
    ],
  };
  const same = (argv: readonly string[]): readonly string[] => argv;

  it("tell what lets them out, and no value of a variable", () => {
    const [fact] = parseInspect(JSON.stringify([open]), "docker", same) ?? [];
    expect(fact).toMatchObject({
      name: "openclaw-cell-1",
      at: "2026-11-20T10:00:01.000Z",
      data: { environment: ["TOKEN", "PATH"], image: "alpine" },
    });
    expect(fact?.traits).toEqual([
      "privileged",
      "host-pid",
      "host-network",
      "container-socket",
      "host-root",
      "dangerous-capability",
      "unconfined",
      "agent-cell",
    ]);
    expect(JSON.stringify(fact)).not.toContain("FAKE");
  });

  it("are ordinary where nothing of it holds", () => {
    const plain = { Name: "/db", HostConfig: { NetworkMode: "bridge" }, Mounts: [{ Source: "/srv/db" }] };
    expect(parseInspect(JSON.stringify([plain]), "podman", same)?.[0]?.traits).toEqual([]);
    expect(parseInspect("{}", "docker", same)).toBeUndefined();
  });

  it("take any JSON", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), mutated(JSON.stringify([open]))), (text) => {
        for (const fact of parseInspect(text, "docker", same) ?? []) expect(fact.kind).toBe("container");
        parseServe(text);
        parseBpfPrograms(text);
      }),
    );
  });
});

describe("what was changed in a container, and what it said", () => {
  const changes = "C /etc\nA /tmp/x\nD /etc/passwd\n";

  it("has what was added and deleted first, within its limit", () => {
    const many = `C /first\n${"A /x\n".repeat(5000)}`;
    const found = parseChanges(many);
    expect([found.added, found.changed, found.paths.length]).toEqual([5000, 1, 5000]);
    expect(found.paths).not.toContain("C /first");
  });

  it.each([
    ["2026-11-20T10:00:00.5+01:00 x y", { at: "2026-11-20T09:00:00.500Z", text: "x y" }],
    ["2026-99-20T10:00:00Z x", { text: "2026-99-20T10:00:00Z x" }],
    ["x", { text: "x" }],
  ])("%j", (line, found) => expect(parseContainerLine(line)).toEqual(found));

  it("counts every line once, whatever they are", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated(changes)), (text) => {
        const { added, changed, deleted, unreadable } = parseChanges(text);
        expect(added + changed + deleted + unreadable).toBe(
          text.split("\n").filter((one) => one !== "").length,
        );
        expect(parseContainerLine(text).text.length).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it.each([
    ["openclaw-sbx-1", {}, true],
    ["web", { image: "ghcr.io/x/openclaw:1" }, true],
    ["web", { mounts: [{ source: "/home/c/.openclaw", target: "/s", writable: true }] }, true],
    ["web", { mounts: [{ source: "/srv", target: "/s", writable: true }], image: "nginx" }, false],
  ])("%s with %j is OpenClaw's: %j", (name, data, yes) => {
    const fact = { kind: "container", name, detail: "", traits: [], data, place: { path: "" } };
    expect(isOpenclawContainer(fact, "/home/c/.openclaw")).toBe(yes);
  });
});

describe("the gateway's family", () => {
  it("is every descendant once, also where parents go in a circle", () => {
    const family = gatewayFamily([
      process({ pid: 10, ppid: 1, comm: "openclaw-gatewa", argv: ["openclaw-gateway"] }),
      process({ pid: 11, ppid: 10, comm: "sh", argv: ["sh"] }),
      process({ pid: 12, ppid: 11, comm: "curl", argv: ["curl"] }),
      process({ pid: 13, ppid: 1, comm: "bash", argv: ["bash"] }),
      process({ pid: 14, ppid: 15, comm: "a", argv: ["a"] }),
      process({ pid: 15, ppid: 14, comm: "b", argv: ["b"] }),
    ]);
    expect(family.map(({ process: { pid }, role }) => [pid, role])).toEqual([
      [10, "gateway"],
      [11, "descendant"],
      [12, "descendant"],
    ]);
  });

  it("has memory that stands out: written and run, from nowhere, from /tmp", () => {
    const region = (access: string, path: string, deleted = false) => ({
      access,
      path,
      deleted,
      bytes: 4096,
    });
    const { files, executableWithoutFile, writableAndExecutable, libraries } = unusualMemory([
      region("r-xp", "/usr/lib/libc.so.6"),
      region("r-xp", "/usr/lib/old.so", true),
      region("rw-p", "/usr/lib/data", true),
      region("r-xp", "/memfd:x", true),
      region("r--p", "/tmp/x.so"),
      region("rwxp", ""),
      region("r-xp", ""),
      region("rw-p", "[heap]"),
    ]);
    expect(files.map(({ path }) => path)).toEqual(["/usr/lib/old.so", "/memfd:x", "/tmp/x.so"]);
    expect([executableWithoutFile, writableAndExecutable]).toEqual([8192, 4096]);
    expect(libraries).toContain("/usr/lib/libc.so.6");
  });
});

describe("small texts", () => {
  it("are read as their manuals say", () => {
    expect(parseOsRelease("NAME=\"Debian GNU/Linux\"\n# x\nID=debian\nbad line\nX='a b'\n")).toEqual({
      NAME: "Debian GNU/Linux",
      ID: "debian",
      X: "a b",
    });
    expect([...parsePairs("# x\nUID=1000\nUSER=claw\nUSER=other\n=x\n")]).toEqual([
      ["UID", "1000"],
      ["USER", "claw"],
    ]);
    expect(traitsOfEntry(".x", { kind: "file", mode: 0o4755 })).toEqual([
      "executable",
      "set-id",
      "hidden-name",
    ]);
    expect(traitsOfEntry(".X11-unix", { kind: "dir", mode: 0o1777 })).toEqual([]);
    expect(traitsOfEntry("a\u202eb", { kind: "file", mode: 0o644 })).toEqual(["odd-name"]);
  });

  it("take anything", () => {
    const real = fc.oneof(
      fc.string(),
      ...[modules, mountinfo, route, route6, arp, devices].map((text) => mutated(text)),
    );
    fc.assert(
      fc.property(real, (text) => {
        const facts = [
          ...parseModules(text, "/p"),
          ...parseRoutes(text, "/p", true),
          ...parseRoutes6(text, "/p"),
          ...parseArp(text, "/p"),
          ...parseDevices(text, "/p"),
          ...parseResolvers(text, "/p"),
          ...parseHosts(text, "/p"),
        ];
        for (const fact of facts) expect(fact.place.locator).toMatch(/^line \d+$/);
        for (const mount of parseMountinfo(text)) traitsOfMount(mount);
        parseTaint(text, "/p");
        parseBinfmt("x", text, "/p");
        parseOsRelease(text);
        parsePairs(text);
        sshForward(text.split(/\s/));
      }),
    );
  });
});
