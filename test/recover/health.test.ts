import { afterEach, expect, it } from "vitest";
import { checkReadyOnHost } from "../../src/recover/index.ts";
import type { HttpResult } from "../../src/host/host.ts";
import { fakeHost, type FakeHost, fakeSocket } from "../support/fake-host.ts";

let open: FakeHost | undefined;
afterEach(() => open?.cleanup());

const page = (status: number, body: string): HttpResult => ({ ok: true, status, headers: {}, body });
const refused: HttpResult = { ok: false, reason: "refused", detail: "ECONNREFUSED" };

it.each([
  ["ready", page(200, '{"ready":true,"failing":[]}'), "ready"],
  ["starting", page(503, '{"ready":false,"failing":["channels"]}'), "not-ready"],
  ["a status that contradicts the body", page(503, '{"ready":true}'), "not-ready"],
  ["the web page of an older version", page(200, "<!doctype html>"), "no-check"],
  ["another program's JSON", page(200, '[{"ready":true}]'), "no-check"],
  ["a word instead of a truth value", page(200, '{"ready":"true"}'), "no-check"],
  ["a certificate of its own", { ok: false, reason: "tls", detail: "self-signed" } as const, "no-check"],
  ["nobody", refused, "no-answer"],
])("tells %s", async (_title, answer, state) => {
  open = await fakeHost({ http: () => answer });
  expect((await checkReadyOnHost(open.host, {}, 18_789)).state).toBe(state);
});

it("asks where something listens when loopback does not answer, and by https when the config says so", async () => {
  open = await fakeHost({
    sockets: [
      fakeSocket({ localPort: 18_789, localAddress: "100.64.0.7" }),
      fakeSocket({ localPort: 22, localAddress: "10.0.0.1" }),
    ],
    http: ({ url }) => (url.includes("100.64.0.7") ? page(200, '{"ready":true}') : refused),
  });
  const config = { gateway: { tls: { enabled: true } } };
  expect((await checkReadyOnHost(open.host, config, 18_789)).state).toBe("ready");
  expect(open.sent.map(({ url }) => url)).toEqual([
    "https://127.0.0.1:18789/readyz",
    "https://100.64.0.7:18789/readyz",
  ]);
});
