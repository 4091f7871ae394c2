import { createHash, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyPlaces } from "../../../src/collectors/persistence/ssh/authorized-keys.ts";
import { parseAuthorizedKeys } from "../../../src/collectors/persistence/ssh/authorized-keys-file.ts";
import { parseSshConfig } from "../../../src/collectors/persistence/ssh/config-file.ts";
import { anyText } from "./items.ts";

const origin = { path: "/home/claw/.ssh/authorized_keys", user: "claw" };

/** A public key line's blob: type and 32 bytes, each with its length. */
function blob(type: string, bytes: Uint8Array): string {
  const part = (data: Uint8Array): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, data]);
  };
  return Buffer.concat([part(Buffer.from(type)), part(bytes)]).toString("base64");
}
const key = blob("ssh-ed25519", Buffer.alloc(32, 7));
const fingerprint = `SHA256:${createHash("sha256").update(Buffer.from(key, "base64")).digest("base64").replace("=", "")}`;

describe("authorized_keys", () => {
  it("reads bare keys as ssh-keygen fingerprints them", () => {
    expect(parseAuthorizedKeys(`# mine\n\n ssh-ed25519 ${key} me@laptop office\n`, origin)).toEqual([
      {
        kind: "key",
        user: "claw",
        options: [],
        type: "ssh-ed25519",
        fingerprint,
        comment: "me@laptop office",
        hiding: false,
        place: { path: origin.path, locator: "line 3" },
      },
    ]);
  });

  it("reads options with commas, blanks and quotes inside quotes", () => {
    const line = `restrict,command="/bin/sh -c \\"a,b\\" x",from="10.0.0.1,10.0.0.2",no-pty ssh-ed25519 ${key} deploy`;
    expect(parseAuthorizedKeys(line, origin)[0]).toMatchObject({
      kind: "key",
      options: [
        { name: "restrict" },
        { name: "command", value: '/bin/sh -c "a,b" x' },
        { name: "from", value: "10.0.0.1,10.0.0.2" },
        { name: "no-pty" },
      ],
      comment: "deploy",
    });
  });

  it("reads a key that the system made", () => {
    const jwk = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
    const raw = Buffer.from(jwk.x ?? "", "base64url");
    const [read] = parseAuthorizedKeys(`ssh-ed25519 ${blob("ssh-ed25519", raw)}`, origin);
    expect(read).toMatchObject({ kind: "key", type: "ssh-ed25519", comment: "" });
  });

  it("does not believe a line that sshd would refuse", () => {
    for (const line of [
      `ssh-rsa ${key}`,
      "ssh-ed25519 not-base64!",
      `command="never closed ssh-ed25519 ${key}`,
      "just words",
    ]) {
      expect(parseAuthorizedKeys(line, origin)[0]).toMatchObject({ kind: "unreadable" });
    }
  });

  it("marks a line that hides from a terminal", () => {
    const line = `command="/tmp/x" ssh-ed25519 ${key} \u001b[2K\u001b[1A`;
    expect(parseAuthorizedKeys(line, origin)[0]).toMatchObject({ kind: "key", hiding: true });
  });

  const value = fc.stringMatching(/^[ -~]{0,30}$/).filter((text) => !text.includes("\\"));
  const options = fc.array(
    fc.record({ name: fc.stringMatching(/^[a-z-]{1,12}$/), value: fc.option(value, { nil: undefined }) }),
    { minLength: 1, maxLength: 5 },
  );

  it("gives back the options it is given", () => {
    fc.assert(
      fc.property(options, (given) => {
        const text = given
          .map((one) =>
            one.value === undefined ? one.name : `${one.name}="${one.value.replaceAll('"', '\\"')}"`,
          )
          .join(",");
        const [read] = parseAuthorizedKeys(`${text} ssh-ed25519 ${key} c`, origin);
        expect(read?.kind).toBe("key");
        expect(read?.options).toEqual(
          given.map((one) =>
            one.value === undefined ? { name: one.name } : { name: one.name, value: one.value },
          ),
        );
      }),
    );
  });

  it("takes any bytes without a throw and without losing a line", () => {
    const hostile = fc.oneof(
      anyText,
      fc
        .array(
          fc.constantFrom('"', "\\", ",", " ", "=", "\n", "command", "ssh-ed25519", key, "\r", "\0", "#"),
          {
            maxLength: 40,
          },
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = text.split("\n").filter((line) => {
          const bare = line.replace(/^[ \t]+/, "").replace(/\r$/, "");
          return bare.trim() !== "" && !bare.startsWith("#");
        });
        expect(parseAuthorizedKeys(text, origin).length).toBe(lines.length);
      }),
    );
  });
});

describe("sshd_config", () => {
  it("finds further key files and programs", () => {
    const text =
      'AuthorizedKeysFile .ssh/authorized_keys "/etc/ssh/keys/%u"\n#AuthorizedKeysFile no\nMatch User x\n\tauthorizedkeyscommand /opt/keys %u\n';
    expect(keyPlaces(parseSshConfig(text))).toEqual({
      keys: [".ssh/authorized_keys", "/etc/ssh/keys/%u"],
      authorities: [],
      principals: [],
      commands: ["/opt/keys %u"],
    });
    expect(keyPlaces(parseSshConfig("AuthorizedKeysFile none\nAuthorizedKeysCommand none\n"))).toEqual({
      keys: [],
      authorities: [],
      principals: [],
      commands: [],
    });
  });
});
