import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSshConfig, splitArguments } from "../../../src/collectors/persistence/ssh/config-file.ts";
import { parsePrivateKey } from "../../../src/collectors/persistence/ssh/private-key.ts";
import { matchExec } from "../../../src/collectors/persistence/ssh/ssh-client.ts";
import { fingerprintOf, parseCertificate, wireField } from "../../../src/collectors/persistence/ssh/wire.ts";
import { anyText, itemsOf, named } from "./items.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";

function field(value: string | Uint8Array): Buffer {
  return wireField(typeof value === "string" ? Buffer.from(value) : value);
}
function uint(value: bigint | number, bytes: 4 | 8): Buffer {
  const out = Buffer.alloc(bytes);
  if (bytes === 4) out.writeUInt32BE(Number(value));
  else out.writeBigUInt64BE(BigInt(value));
  return out;
}
const point = Buffer.alloc(32, 7);
const certificate = Buffer.concat([
  field("ssh-ed25519-cert-v01@openssh.com"),
  field(Buffer.alloc(32, 1)),
  field(point),
  uint(42, 8),
  uint(1, 4),
  field("claw@laptop"),
  field(Buffer.concat([field("claw"), field("root")])),
  uint(1_700_000_000, 8),
  uint(0xffff_ffff_ffff_ffffn, 8),
  field(Buffer.concat([field("force-command"), field(field("/opt/x"))])),
  field(""),
  field(""),
  field(Buffer.concat([field("ssh-ed25519"), field(Buffer.alloc(32, 9))])),
  field("signature"),
]);

/** As ssh-keygen writes it, with nothing in the private part. */
function opensshKey(cipher: string): string {
  const blob = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    ...[field(cipher), field("bcrypt"), field("")],
    uint(1, 4),
    field(Buffer.concat([field("ssh-ed25519"), field(point)])),
    field("FAKE private part"),
  ]);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${blob.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

describe("ssh configuration", () => {
  it("reads keywords, '=' and quotes as ssh does", () => {
    const text =
      'Host *\n  ProxyCommand="nc -x a" %h\n\tPort = 22 # here\n# no\nIdentityFile "a b" c\\ d\r\n';
    expect(parseSshConfig(text).map(({ keyword, args, line }) => [keyword, args, line])).toEqual([
      ["host", ["*"], 1],
      ["proxycommand", ["nc -x a", "%h"], 2],
      ["port", ["22"], 3],
      ["identityfile", ["a b", "c d"], 5],
    ]);
    expect(parseSshConfig("ProxyCommand sh -c 'a # b' # c")[0]?.rest).toBe("sh -c 'a # b' # c");
  });

  it("finds the command of Match exec", () => {
    expect(matchExec('host x exec "test -f /y && /tmp/z"')).toBe("test -f /y && /tmp/z");
    expect(matchExec("!exec=/opt/x")).toBe("/opt/x");
    expect(matchExec("host exec.example")).toBeUndefined();
  });

  it("gives back the words it is given", () => {
    const words = fc.array(fc.stringMatching(/^[!-~ ]{1,20}$/), { maxLength: 8 });
    fc.assert(
      fc.property(words, (given) => {
        const text = given
          .map((word) => `"${word.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`)
          .join(" ");
        expect(splitArguments(text)).toEqual(given);
      }),
    );
  });

  it("takes any bytes", () => {
    const hostile = fc.array(
      fc.constantFrom('"', "'", "\\", " ", "=", "\n", "Host", "Match exec", "\0", "\r", "#"),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          hostile.map((parts) => parts.join("")),
        ),
        (text) => {
          const lines = text.split("\n").filter((line) => !/^[ \t\f\r]*(?:#|$)/.test(line.trimEnd()));
          expect(parseSshConfig(text).length).toBeLessThanOrEqual(lines.length);
          for (const { rest } of parseSshConfig(text)) matchExec(rest);
        },
      ),
    );
  });
});

describe("keys", () => {
  it("tells whether a private key is encrypted, and its fingerprint, and nothing else", () => {
    const fingerprint = fingerprintOf(Buffer.from(key.split(" ")[1] ?? "", "base64"));
    expect(parsePrivateKey(opensshKey("none"))).toEqual({
      format: "openssh",
      type: "ssh-ed25519",
      encrypted: false,
      fingerprint,
    });
    expect(parsePrivateKey(opensshKey("aes256-ctr"))).toMatchObject({
      encrypted: true,
      cipher: "aes256-ctr",
    });
    const pem = (label: string, head = ""): string => `-----BEGIN ${label}PRIVATE KEY-----\n${head}FAKE\n`;
    expect(parsePrivateKey(pem("RSA "))).toEqual({ format: "pem", type: "RSA", encrypted: false });
    expect(
      parsePrivateKey(pem("RSA ", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n")),
    ).toMatchObject({ encrypted: true, cipher: "AES-128-CBC" });
    expect(parsePrivateKey(pem("ENCRYPTED "))).toEqual({ format: "pkcs8", encrypted: true });
    expect(parsePrivateKey(pem(""))).toEqual({ format: "pkcs8", encrypted: false });
    expect(parsePrivateKey("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n")).toMatchObject({
      format: "putty",
      encrypted: false,
    });
    expect(parsePrivateKey("ssh-ed25519 AAAA")).toBeUndefined();
    expect(parsePrivateKey("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n")).toEqual({ format: "openssh" });
  });

  it("reads a certificate: whom it names, how long, what it forces, who signed", () => {
    expect(parseCertificate(certificate)).toMatchObject({
      kind: "user",
      keyId: "claw@laptop",
      principals: ["claw", "root"],
      validAfter: "2023-11-14T22:13:20.000Z",
      critical: ["force-command=/opt/x"],
      fingerprint: fingerprintOf(Buffer.concat([field("ssh-ed25519"), field(point)])),
    });
    expect(parseCertificate(certificate)?.validBefore).toBeUndefined();
  });

  it("takes cut and changed certificates and keys", () => {
    fc.assert(
      fc.property(fc.nat(certificate.length), fc.nat(255), (at, byte) => {
        expect(
          parseCertificate(certificate.subarray(0, Math.min(at, certificate.length - 14))),
        ).toBeUndefined();
        const changed = Buffer.from(certificate);
        changed[at] = byte;
        parseCertificate(changed);
        parsePrivateKey(opensshKey("none").slice(0, at));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseCertificate(Buffer.from(bytes))),
    );
  });
});

describe("what sshd and ssh are told", () => {
  it("follows Include, also into Match blocks, and says what overrides what", async () => {
    const reading = await itemsOf("sshd-config", {
      "/etc/ssh/sshd_config":
        "Include sshd_config.d/*.conf\nPasswordAuthentication no\nMatch User claw\n  ForceCommand /opt/x\nSubsystem sftp /usr/lib/openssh/sftp-server\n",
      "/etc/ssh/sshd_config.d/a.conf":
        "PasswordAuthentication yes\nPermitRootLogin yes\nAuthorizedKeysFile /var/k/%u\n",
      "/etc/ssh/sshd_config.d/left.txt": "PermitEmptyPasswords yes\n",
    });
    expect(reading.outcome).toBe("ok");
    expect(reading.records.map(({ name, runs, enabled, trigger }) => [name, runs, enabled, trigger])).toEqual(
      [
        ["PasswordAuthentication", [], true, "every connection"],
        ["PermitRootLogin", [], true, "every connection"],
        ["AuthorizedKeysFile", [], true, "every connection"],
        ["PasswordAuthentication", [], false, "every connection"],
        ["ForceCommand", ["/opt/x"], true, "Match User claw"],
        ["Subsystem", ["/usr/lib/openssh/sftp-server"], true, "Match User claw"],
        ["PermitEmptyPasswords", [], false, "every connection"],
      ],
    );
    expect(named(reading, "AuthorizedKeysFile").odd).toEqual(["keys are read from a place of its own"]);
    expect(named(reading, "Subsystem").odd).toEqual([]);
  });

  it("ends Include loops and says so", async () => {
    const reading = await itemsOf("sshd-config", {
      "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config\nInclude /etc/ssh/sshd_config\nPort 22\n",
    });
    expect(reading.outcome).toBe("partial");
    expect(reading.reason).toContain("includes more than is read");
  });

  it("finds keys where the configuration puts them, of every account, and who may sign", async () => {
    const reading = await itemsOf("authorized-keys", {
      "/etc/ssh/sshd_config":
        "Match User max\n Include more\nTrustedUserCAKeys /etc/ssh/ca.pub\nAuthorizedPrincipalsFile /etc/ssh/who/%u\n",
      "/etc/ssh/more": 'AuthorizedKeysFile "/srv/keys/%u.pub"\n',
      "/srv/keys/max.pub": `restrict,environment="TOKEN=FAKE-hunter2",command="/bin/sh -c \\"a, b\\"" ${key} m\n`,
      "/root/.ssh/authorized_keys": `${key} r\n`,
      "/etc/ssh/authorized_keys/gone": `${key} g\n`,
      "/etc/ssh/ca.pub": `${key} ca\n`,
      "/etc/ssh/who/user": 'command="/opt/y" admin\n# no\nother\n',
    });
    expect(reading.records.map(({ user, runs, place }) => [user, runs, place.path])).toEqual([
      ["root", [], "/root/.ssh/authorized_keys"],
      ["max", ['/bin/sh -c "a, b"'], "/srv/keys/max.pub"],
      ["gone", [], "/etc/ssh/authorized_keys/gone"],
      ["*", [], "/etc/ssh/ca.pub"],
      ["user", ["/opt/y"], "/etc/ssh/who/user"],
      ["user", [], "/etc/ssh/who/user"],
    ]);
    expect(JSON.stringify(reading)).not.toContain("hunter2");
    expect(reading.records[1]?.file?.modifiedAt).toMatch(/Z$/);
  });

  it("reads a home's ssh folder: commands, rc, keys by their headers, certificates, sockets", async () => {
    const reading = await itemsOf("ssh-client", {
      "~/.ssh/config":
        'Host a\n  ProxyCommand /tmp/p %h\n  PermitLocalCommand yes\n  LocalCommand /tmp/l\n  RemoteForward 2222 localhost:22\nMatch exec "/tmp/m"\nInclude more\n',
      "~/.ssh/more": "KnownHostsCommand /opt/k %H\n",
      "~/.ssh/rc": "#!/bin/sh\n/tmp/r\n",
      "~/.ssh/environment": "LD_PRELOAD=/tmp/x.so\nKEY=FAKE-secret-value\n",
      "~/.ssh/known_hosts": `|1|a|b ${key}\nhost ${key}\n`,
      "~/.ssh/id_ed25519": opensshKey("none"),
      "~/.ssh/id_ed25519-cert.pub": `ssh-ed25519-cert-v01@openssh.com ${certificate.toString("base64")} c\n`,
      "~/.ssh/authorized_keys.bak": "x\n",
    });
    expect(named(reading, "ProxyCommand").runs).toEqual(["/tmp/p %h"]);
    expect(named(reading, "LocalCommand").trigger).toBe("Host a");
    expect(named(reading, "Match").runs).toEqual(["/tmp/m"]);
    expect(named(reading, "KnownHostsCommand").place.path).toBe("/home/user/.ssh/more");
    expect(named(reading, "rc").runs).toEqual(["/tmp/r"]);
    expect(named(reading, "environment").sets[0]).toBe("LD_PRELOAD=/tmp/x.so");
    expect(named(reading, "known_hosts").sets).toEqual(["2 hosts, 1 of them hashed"]);
    const own = named(reading, "id_ed25519");
    expect(own.odd).toEqual(["a private key without a passphrase"]);
    expect(own.file?.sha256).toBeUndefined();
    expect(named(reading, "certificate claw@laptop").sets[1]).toBe("names claw,root");
    expect(named(reading, "authorized_keys.bak").enabled).toBe(false);
    expect(JSON.stringify(reading)).not.toContain("FAKE");
  });
});
