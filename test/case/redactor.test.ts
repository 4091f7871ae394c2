import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../src/case/index.ts";
import { Automaton } from "../../src/case/redact/automaton.ts";
import { formsOf } from "../../src/case/redact/forms.ts";
import { isOwnWord } from "../../src/case/redact/vocabulary.ts";
import { redactLines } from "../../src/case/redact/lines.ts";
import { Secret } from "../../src/model/secret.ts";

const key = new Uint8Array(32).fill(7);
const token = "sk-ant-api03-FAKEfake0123456789FAKEfake";

function knowing(...values: string[]) {
  const redactor = createRedactor(key);
  for (const value of values) redactor.learn(new Secret(value));
  return redactor;
}
function mark(value: string): string {
  return new Secret(value).mark(key).fingerprint;
}
/** A deterministic stream of printable noise. */
function noise(length: number): string {
  let state = 1;
  let text = "";
  while (text.length < length) {
    state = (state * 1103515245 + 12345) % 2147483648;
    text += state.toString(36).slice(0, 5) + (state % 7 === 0 ? "\n" : " ");
  }
  return text.slice(0, length);
}

describe("learned secrets", () => {
  it("are replaced by fingerprint, length and public prefix", () => {
    expect(knowing(token).text(`key ${token}, again ${token}.`)).toBe(
      `key [sk-ant-api03-… ${mark(token)} (${token.length} characters)], again [sk-ant-api03-… ${mark(token)} (${token.length} characters)].`,
    );
  });

  it("are found JSON-escaped once and twice, URL-encoded, in base64 at every alignment and in hex", () => {
    const value = 'FAKE "pass\\word"/é +& 漢字\nline';
    const redactor = knowing(value);
    const once = JSON.stringify(value);
    const spelled = [
      once,
      once.replaceAll("/", "\\/"),
      JSON.stringify(once),
      once.replaceAll(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
      encodeURIComponent(value),
      encodeURIComponent(value).replaceAll(/%[0-9A-F]{2}/g, (c) => c.toLowerCase()),
      new URLSearchParams({ v: value }).toString(),
      ...["", "u", "us", "use"].map((before) => Buffer.from(`${before}${value} and more`).toString("base64")),
      Buffer.from(`user:${value}`).toString("base64url"),
      Buffer.from(value).toString("hex"),
      Buffer.from(value).toString("hex").toUpperCase(),
    ];
    for (const text of spelled) {
      const result = redactor.text(`before ${text} after`);
      expect(result).toContain(mark(value));
      for (const form of formsOf(value)) expect(result).not.toContain(form);
    }
  });

  it("replaces the longest where one contains another, and whole stretches where two overlap", () => {
    const redactor = knowing("FAKE-inner", "outer-FAKE-inner-outer", "overlap-FAKE-one", "one-FAKE-overlap");
    expect(redactor.text("x outer-FAKE-inner-outer y")).toBe(
      `x [${mark("outer-FAKE-inner-outer")} (22 characters)] y`,
    );
    expect(redactor.text("x FAKE-inner y")).toBe(`x [${mark("FAKE-inner")} (10 characters)] y`);
    expect(redactor.text("overlap-FAKE-one-FAKE-overlap")).toBe(
      `[${mark("overlap-FAKE-one")} (16 characters)][${mark("one-FAKE-overlap")} (16 characters)]`,
    );
  });

  it("ignores what is too short or one of claw-ir's own words", () => {
    expect(knowing("short", "critical", "findings").text("short critical")).toBe("short critical");
  });

  const secretText = fc
    .oneof(
      fc.string({ minLength: 6, maxLength: 40 }),
      fc.string({ minLength: 6, maxLength: 40, unit: "binary" }),
      fc.string({ minLength: 6, maxLength: 20, unit: fc.constantFrom("a", "b", "-", "/", '"', "%", "é") }),
    )
    // What claw-ir's own marks are made of cannot be searched for inside of them.
    .filter((value) => value.trim().length >= 6 && !"[ fp: (0123456789 characters)]".includes(value))
    .filter((value) => !formsOf(value).some(isOwnWord));

  it("never survive, in none of their spellings, and a second pass changes nothing", () => {
    fc.assert(
      fc.property(
        fc.array(secretText, { minLength: 1, maxLength: 5 }),
        fc.array(fc.oneof(fc.string(), fc.nat(40)), { maxLength: 12 }),
        (secrets, plan) => {
          const redactor = knowing(...secrets);
          const forms = secrets.flatMap((value) => [...formsOf(value)]);
          const text = plan
            .map((one) => (typeof one === "string" ? one : (forms[one % forms.length] ?? "")))
            .join("");
          const result = redactor.text(text);
          const marks = /\[(?:[\w-]{2,14}… )?fp:[0-9a-f]{12} \(\d+ characters\)\]/g;
          for (const piece of result.split(marks)) {
            for (const form of forms) expect(piece.includes(form)).toBe(false);
          }
          expect(redactor.text(result)).toBe(result);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("never survive in JSON values or keys", () => {
    fc.assert(
      fc.property(secretText, fc.jsonValue(), (secret, value) => {
        const redactor = knowing(secret);
        const wrapped = { [`k${secret}`]: [value, secret, { deep: `x${secret}y` }], n: 1 };
        const result = JSON.stringify(redactor.json(wrapped));
        expect(result.includes(JSON.stringify(secret.toWellFormed()).slice(1, -1))).toBe(false);
        expect(redactor.json(JSON.parse(result))).toEqual(JSON.parse(result));
      }),
    );
  });

  it("stays fast with many secrets, much text and planted look-alikes", { timeout: 120_000 }, () => {
    const redactor = createRedactor(key);
    for (let i = 0; i < 2000; i += 1) {
      redactor.learn(new Secret(`FAKE-secret-${i}-${noise(60).slice(i % 20)}${i}`));
      // Learning and reading take turns, as collectors do.
      if (i % 20 === 0) redactor.text("a line of a log");
    }
    // Patterns that almost match everywhere would make a backtracking search quadratic.
    for (let i = 6; i < 600; i += 1) redactor.learn(new Secret(`${"a".repeat(i)}b`));
    redactor.text("a".repeat(1_000_000));
    redactor.text(noise(1_000_000));
    for (const hostile of [
      "eyJ",
      "sk-",
      "-----BEGIN RSA PRIVATE KEY-----",
      "token=",
      "://a:",
      "token: ",
      "AKIA",
      "1",
    ]) {
      redactor.text(hostile.repeat(20_000));
    }
    // A quadratic search takes more than this test may.
    expect(redactor.text(`FAKE ${"a".repeat(6)}b`)).not.toContain("aaaaaab");
  });
});

describe("the automaton", () => {
  it("finds the longest pattern ending at each place, as a plain search does", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.uniqueArray(letters, { minLength: 1, maxLength: 12 }),
        fc.string({ unit: fc.constantFrom("a", "b", "c", "d"), maxLength: 60 }),
        (patterns, text) => {
          const expected: { start: number; end: number; pattern: number }[] = [];
          for (let end = 1; end <= text.length; end += 1) {
            const fitting = patterns.filter((one) => text.slice(0, end).endsWith(one));
            const [longest] = fitting.sort((a, b) => b.length - a.length);
            if (longest === undefined) continue;
            expected.push({ start: end - longest.length, end, pattern: patterns.indexOf(longest) });
          }
          expect(new Automaton(patterns).find(text)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("what looks like a credential", () => {
  const redactor = createRedactor(key);
  const fake = "FAKE0123456789abcdefABCDEF0123456789";
  it.each([
    ["Anthropic", `sk-ant-api03-${fake}`],
    ["OpenAI", `sk-proj-${fake}`],
    ["GitHub", `ghp_${fake}`],
    ["GitHub fine-grained", `github_pat_${fake}`],
    ["Slack", `xoxb-123456789012-${fake}`],
    ["Google", `AIza${fake.slice(0, 35)}`],
    ["AWS", "AKIAFAKEFAKEFAKE1234"],
    ["Telegram", `123456789:${fake.slice(0, 35)}`],
    ["JWT", `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJGQUtFIn0.${fake}`],
    ["PEM", `-----BEGIN PRIVATE KEY-----\n${fake}\n${fake}\n-----END PRIVATE KEY-----`],
    ["PEM in JSON", `-----BEGIN RSA PRIVATE KEY-----\\n${fake}\\n${fake}\\n-----END RSA PRIVATE KEY-----`],
    ["PEM cut off", `-----BEGIN PRIVATE KEY-----\n${fake}\n${fake}`],
  ])("%s", (_name, value) => {
    const result = redactor.text(`at the start ${value}`);
    expect(result).toBe(`at the start [${result.slice(14, -1)}]`);
    expect(result).toContain(mark(value));
  });

  it.each([
    [`curl -H "Authorization: Bearer ${fake}" x`, fake],
    ["openclaw gateway --token FAKEtoken99 --port 1", "FAKEtoken99"],
    ["mysql --password=FAKEpass -u root", "FAKEpass"],
    ['argv ["gateway", "--token", "FAKEpass"]', "FAKEpass"],
    ["--hook-token 'FAKEpass'", "FAKEpass"],
    ["API_KEY=FAKEvalue123", "FAKEvalue123"],
    ["api_key = 'FAKEvalue123'", "FAKEvalue123"],
    ['{"gatewayToken":"FAKEvalue"}', "FAKEvalue"],
    ['{\\"clientSecret\\":\\"FAKEvalue\\"}', "FAKEvalue"],
    ["password: FAKE99value", "FAKE99value"],
    ["https://user:FAKEpass@example.org/x", "FAKEpass"],
    ["curl -u bob:FAKEpass https://example.org/", "FAKEpass"],
    ["curl --proxy-user 'bob:FAKE:pass' x", "FAKE:pass"],
    ["sshpass -p FAKEpass ssh root@example.org", "FAKEpass"],
    ['{"apiKeyHelper": "echo FAKE-word"}', "FAKE-word"],
    ['"{\\"apiKeyHelper\\":\\"printf FAKE-word\\"}"', "FAKE-word"],
    ["/usr/bin/mysqldump -h db -uroot -pFAKEpass shop", "FAKEpass"],
    ['RUN+="curl -H X-Api-Key:FAKEvalue123 x"', "FAKEvalue123"],
    ["curl -H 'X-Auth: FAKEvalue123' x", "FAKEvalue123"],
    ["curl -H 'Authorization: token FAKEvalue123' x", "FAKEvalue123"],
    ["WEBHOOK=https://hooks.slack.com/services/T00/B00/FAKEvalue", "T00/B00/FAKEvalue"],
    ["https://discord.com/api/webhooks/123456789012345678/FAKE-value_9", "FAKE-value_9"],
    ["https://example.org/mcp?key=FAKEvalue0123456789", "FAKEvalue0123456789"],
    ["curl -d key=FAKEvalue0123456789 x", "FAKEvalue0123456789"],
    ["export DB_PASS='FAKE99value'", "FAKE99value"],
    ["PASS=FAKE99value", "FAKE99value"],
    ["ANY_KEY=FAKE99value", "FAKE99value"],
    ["os.environ['X_TOKEN']='FAKEvalue'", "FAKEvalue"],
    ["API key: FAKE99value", "FAKE99value"],
    ["the database password is FAKE99value", "FAKE99value"],
  ])("in %s", (text, value) => {
    const result = redactor.text(text);
    expect(result).toBe(text.replace(value, `[${mark(value)} (${value.length} characters)]`));
    expect(redactor.text(result)).toBe(result);
  });

  it("named by a field or by the argument before", () => {
    const result = redactor.json({ token: "fakefakefake", argv: ["node", "--password", "fakefake", "--x"] });
    expect(result).toEqual({
      token: `[${mark("fakefakefake")} (12 characters)]`,
      argv: ["node", "--password", `[${mark("fakefake")} (8 characters)]`, "--x"],
    });
  });

  it.each([
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "the token was rotated and the password: changed yesterday",
    "token: string; apiKey: ${OPENAI_API_KEY}; secret missing",
    "a task-force of sk-learn users read about basic authentication",
    "agent:main:telegram:group:42 at 2026-11-21T10:00:00.000Z on 127.0.0.1:18789",
    "--token-from fd:3 and --passphrase-from /tmp/file",
    "non-secret placeholders and device-token\nstorage, see --generate-gateway-token\nopenclaw",
    "const token = process.env.OPENCLAW_GATEWAY_TOKEN; secret = hmac.new(x); apiKey: config.models.key",
    'botToken: "xoxb-...", privateKey: "nsec1..."',
    "with `22016`-token prompts and mysql-password tables",
    "3 tokens: 123456 in, tokens=9999999",
    "/home/user/.openclaw/agents/main/agent/openclaw-agent.sqlite",
    '{"token":{"source":"env","id":"X"},"tokens":5}',
    "journalctl -u openclaw:gateway; systemctl --user restart x; sort -u a:bcdef",
    "docker run -u 1000:1000 image; docker run -u root:wheel image",
    "mkdir -p /var/lib/mysql -p; mysql -p; mysql -p$PASSWORD; mysql -P 3306",
    "SSH_AUTH_SOCK=/run/user/1000/agent.12, SUDO_ASKPASS=/usr/bin/ask1 KEY=/etc/ssl/key1.pem OLDPWD=/home/a1",
    "the password is never stored; the token is required; key=value and ?key=agent:main:main",
    "x-keyboard: none; X-Auth: required",
    "hooks.slack.com/services and discord.com/api/webhooks are watched",
  ])("leaves alone: %s", (text) => {
    expect(redactor.text(text)).toBe(text);
  });

  it("takes the lines of a key block together", async () => {
    const lines = [
      "one",
      "-----BEGIN PRIVATE KEY-----",
      fake,
      fake.toLowerCase(),
      "-----END PRIVATE KEY-----",
      "two",
    ];
    const result: string[] = [];
    for await (const line of redactLines(redactor, lines)) result.push(line);
    expect(result[0]).toBe("one");
    expect(result.at(-1)).toBe("two");
    expect(result.join("\n")).not.toMatch(/FAKE|fake/);
  });
});

describe("json", () => {
  it("shows secrets as marks, bytes as a fingerprint, and ends cycles", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    const result = createRedactor(key).json({
      secret: new Secret(token),
      bytes: Buffer.from(token),
      at: new Date(0),
      big: 12n,
      none: undefined,
      nan: Number.NaN,
      loop,
      __proto__x: 1,
    });
    expect(result).toMatchObject({
      secret: { fingerprint: mark(token), length: token.length, prefix: "sk-ant-api03-" },
      bytes: { bytes: token.length, fingerprint: mark(token) },
      at: "1970-01-01T00:00:00.000Z",
      big: "12",
      nan: null,
    });
    expect(JSON.stringify(result)).toContain("[too deep]");
    expect(JSON.stringify(result)).not.toContain("FAKE");
  });
});
