import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looksRandom } from "../../src/model/random-text.ts";

describe("what looks random", () => {
  it.each([
    "Zk29fjQ8sLw0xPq4",
    "FAKE7hQ2pX9d-m3Kw8EKAF",
    "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a3928",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYFAKEKEY",
    "kq3v9z0x1m2n8b7c6l5j",
    "hqGAN8uxPOa9RX0ji2Q_koCsPRT5rAty",
  ])("%s does", (text) => expect(looksRandom(text)).toBe(true));

  it.each([
    "short1X",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "b026072a1c0f4e5d6c7b8a9f0e1d2c3b4a5f6e7d",
    "SHA256:oLs2u8dX1yzWq9Rk3TfVb7NmLpQa5Zc0",
    "AAAAC3NzaC1lZDI1NTE5AAAAIGFha2VGYWtl",
    "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "/home/claw/.openclaw/agents/main/agent/openclaw-agent.sqlite",
    "agent:main:telegram:direct:4711",
    "2026-11-20T10:48:20.741Z",
    "20261120T104820Z",
    "claude-opus-4-20250514",
    "gpt-4o-mini-2024-07-18",
    "ip-10-0-0-1.eu-central-1.compute.internal",
    "2001:db8::1:2:3:4:5",
    "parseJSONFromURL",
    "x86_64-unknown-linux-gnu",
    "openclaw-gateway.service",
    "https://example.org/Zk29fjQ8sLw0xPq4",
    "MacBookPro14-2023",
    "v1.6.2.3-38-g318b847",
    "a,b=Zk29fjQ8sLw0xPq4",
  ])("%s does not", (text) => expect(looksRandom(text)).toBe(false));

  it("ends, and is never a number, a word or words", () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.nat().map(String)), { maxLength: 8 }), (words) => {
        expect(looksRandom(words.join("-"))).toBe(false);
        expect(looksRandom(words.join("_").toUpperCase())).toBe(false);
      }),
    );
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => typeof looksRandom(text) === "boolean"));
  });
});
