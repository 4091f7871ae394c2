import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLogindSession, parseUtmp } from "../../src/host/real/login-format.ts";
import {
  parseAddress,
  parseCgroup,
  parseCmdline,
  parseEnviron,
  parseInet,
  parsePasswd,
  parseStat,
  parseUnix,
} from "../../src/host/real/proc-format.ts";
import { parseStatus } from "../../src/host/real/proc-status.ts";
import { parseCommands, parseLsof, parsePs, parseWho } from "../../src/host/real/ps-format.ts";

const statLine = (comm: string): string =>
  `4711 (${comm}) S 1 4700 4699 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 1000 2000 18446744073709551615`;

describe("/proc", () => {
  it("reads stat whatever the process calls itself", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (comm) => {
        expect(parseStat(statLine(comm))).toEqual({
          pid: 4711,
          ppid: 1,
          comm,
          state: "S",
          startTicks: 123456,
          pgid: 4700,
          session: 4699,
        });
      }),
    );
    expect(parseStat(statLine(") Z 1 1 1 (x"))).toMatchObject({ state: "S", comm: ") Z 1 1 1 (x" });
    expect(parseStat("")).toBeUndefined();
    expect(parseStat("1 (x) S 1")).toBeUndefined();
  });

  it("reads the rest of a process", () => {
    expect(parseStatus("Name:\tx\nTgid:\t12\nUid:\t1000\t0\t0\t0\n")).toEqual({
      uid: 1000,
      tgid: 12,
      more: {},
    });
    expect(parseStatus("")).toEqual({ uid: -1, tgid: -1, more: {} });
    expect(
      parseStatus("Name:\tx\nTgid:\t1\nTracerPid:\t77\nUid:\t0\t0\nKthread:\t1\nCapEff:\t000001ffffffffff\n")
        .more,
    ).toEqual({ tracer: 77, capabilities: "000001ffffffffff", kernelThread: true });
    expect(parseStatus("TracerPid:\t0\nCapEff:\t0000000000000000\nKthread:\t0").more).toEqual({});
    expect(parseCmdline("")).toEqual([]);
    expect(parseCmdline("a\0\0b c\0")).toEqual(["a", "", "b c"]);
    expect(parseCmdline("nginx: master process")).toEqual(["nginx: master process"]);
    const environ = parseEnviron("A=1\0B=x=y\0odd\0=\0\0");
    expect(environ.map(({ name, value }) => [name, value.reveal()])).toEqual([
      ["A", "1"],
      ["B", "x=y"],
      ["odd", ""],
      ["", ""],
    ]);
    expect(parseCgroup("1:name=systemd:/a\n0::/user.slice/x.service\n")).toBe("/user.slice/x.service");
    expect(parseCgroup("1:cpu:/docker/a:b\n")).toBe("/docker/a:b");
    expect(parseCgroup("")).toBeUndefined();
    expect([...parsePasswd("root:x:0:0::/root:/bin/sh\nbroken\ntoor:x:0:0::/:\nu:x:1000:1::/:\n")]).toEqual([
      [0, "root"],
      [1000, "u"],
    ]);
  });

  it("reads addresses of both kinds and byte orders", () => {
    expect(parseAddress("0100007F", true)).toBe("127.0.0.1");
    expect(parseAddress("7F000001", false)).toBe("127.0.0.1");
    expect(parseAddress("00000000000000000000000001000000", true)).toBe("::1");
    expect(parseAddress("00000000000000000000000000000000", true)).toBe("::");
    expect(parseAddress("0000000000000000FFFF00000100007F", true)).toBe("::ffff:127.0.0.1");
    expect(parseAddress("B80D0120000000000000000001000000", true)).toBe("2001:db8::1");
    expect(parseAddress("000080FE00000000FF005450C2A37BFE", true)).toBe("fe80::5054:ff:fe7b:a3c2");
  });

  it("reads sockets and skips what is none", () => {
    const tcp = [
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      "   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 1 0 100 0 0 10 0",
      "   1: 0100007F:4965 0200007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 31338 1 0 100 0 0 10 0",
      "nonsense",
      "",
    ].join("\n");
    const [listening, connected, ...rest] = parseInet(tcp, "tcp", true);
    expect(listening).toEqual({
      protocol: "tcp",
      state: "LISTEN",
      localAddress: "127.0.0.1",
      localPort: 18789,
      remoteAddress: "0.0.0.0",
      remotePort: 0,
      uid: 1000,
      inode: 31337,
    });
    expect(connected).toMatchObject({ state: "ESTABLISHED", remoteAddress: "127.0.0.2", remotePort: 50000 });
    expect(rest).toEqual([]);
    expect(parseInet(tcp.replace(" 0A ", " 07 "), "udp", true)[0]?.state).toBe("UNCONN");
    const unix = [
      "Num       RefCount Protocol Flags    Type St Inode Path",
      "0000000000000000: 00000002 00000000 00010000 0001 01 2225 /run/user/1000/x y",
      "0000000000000000: 00000003 00000000 00000000 0001 03  2226",
      "0000000000000000: 00000002 00000000 00010000 0001 01 2227 @abstract",
    ].join("\n");
    expect(parseUnix(unix).map(({ state, localAddress, inode }) => [state, localAddress, inode])).toEqual([
      ["LISTEN", "/run/user/1000/x y", 2225],
      ["CONNECTED", "", 2226],
      ["LISTEN", "@abstract", 2227],
    ]);
  });

  it("never throws, whatever stands there", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        parseStat(text);
        parseStatus(text);
        parseInet(`\n${text}`, "tcp6", true);
        parseUnix(`\n${text}`);
        parseCgroup(text);
        parsePs(text, parseCommands(text));
        parseLsof(text);
        parseWho(text);
        parseLogindSession(text);
      }),
    );
  });
});

function utmpRecord(size: 384 | 400, type: number): Buffer {
  const record = Buffer.alloc(size);
  record.writeInt16LE(type, 0);
  record.writeInt32LE(4242, 4);
  record.write("pts/0", 8);
  record.write("anna", 44);
  record.write("203.0.113.7", 76);
  if (size === 384) record.writeInt32LE(1_790_000_000, 340);
  else record.writeBigInt64LE(1_790_000_000n, 344);
  return record;
}

describe("logins", () => {
  const anna = {
    user: "anna",
    line: "pts/0",
    host: "203.0.113.7",
    pid: 4242,
    at: "2026-09-21T14:13:20.000Z",
  };

  it("reads both layouts of utmp, logins only", () => {
    expect(parseUtmp(Buffer.concat([utmpRecord(384, 2), utmpRecord(384, 7)]), "x64")).toEqual([anna]);
    expect(parseUtmp(Buffer.concat([utmpRecord(400, 7), utmpRecord(400, 8)]), "arm64")).toEqual([anna]);
    expect(parseUtmp(utmpRecord(384, 7), "arm64")).toEqual([anna]);
    expect(parseUtmp(Buffer.concat([utmpRecord(384, 7), Buffer.alloc(17)]), "x64")).toEqual([anna]);
    expect(parseUtmp(new Uint8Array(), "x64")).toEqual([]);
  });

  it("reads the sessions of systemd-logind, users only", () => {
    const text =
      "# comment\nUID=1000\nUSER=anna\nCLASS=user\nTTY=pts/0\nREMOTE_HOST=203.0.113.7\nLEADER=4242\nREALTIME=1790000000000000\n";
    expect(parseLogindSession(text)).toEqual(anna);
    expect(parseLogindSession(text.replace("CLASS=user", "CLASS=manager"))).toBeUndefined();
    expect(parseLogindSession("USER=anna\nREALTIME=soon")).toEqual({
      user: "anna",
      line: "",
      host: "",
      pid: 0,
    });
  });
});

describe("systems without /proc", () => {
  it("reads ps", () => {
    const table = [
      "    1     0     0     1 Ss   root     Sat Nov 21 02:12:00 2026     /sbin/launchd",
      "  502     1   501   502 S+   anna     Sat Nov 21 09:05:07 2026     /opt/home brew/bin/node",
      "junk",
    ].join("\n");
    const commands = parseCommands(
      "    1 /sbin/launchd\n  502 /opt/home brew/bin/node gateway --port 18789\n",
    );
    expect(parsePs(table, commands)[1]).toMatchObject({
      pid: 502,
      ppid: 1,
      uid: 501,
      pgid: 502,
      user: "anna",
      state: "S",
      comm: "node",
      exe: "/opt/home brew/bin/node",
      argv: ["/opt/home brew/bin/node", "gateway", "--port", "18789"],
      startTicks: Date.parse("Sat Nov 21 09:05:07 2026") / 1000,
    });
    expect(parsePs(table, commands).length).toBe(2);
  });

  it("reads lsof and who", () => {
    const lsof =
      "p502\nu501\nf20\ntIPv4\nPTCP\nn127.0.0.1:18789\nTST=LISTEN\nTQR=0\nf21\ntIPv6\nPTCP\nn[::1]:18789->[::1]:50000\nTST=ESTABLISHED\np503\nu0\nf3\ntIPv4\nPUDP\nn*:5353\n";
    expect(parseLsof(lsof)).toMatchObject([
      {
        protocol: "tcp",
        state: "LISTEN",
        localAddress: "127.0.0.1",
        localPort: 18789,
        uid: 501,
        pids: [502],
      },
      {
        protocol: "tcp6",
        state: "ESTABLISHED",
        localAddress: "::1",
        remoteAddress: "::1",
        remotePort: 50000,
      },
      { protocol: "udp", state: "UNCONN", localAddress: "0.0.0.0", localPort: 5353, uid: 0, pids: [503] },
    ]);
    expect(parseWho("anna  ttys000  Nov 21 09:00 (203.0.113.7)\nroot console Nov 21 08:00\n")).toEqual([
      { user: "anna", line: "ttys000", host: "203.0.113.7", pid: 0 },
      { user: "root", line: "console", host: "", pid: 0 },
    ]);
  });
});
