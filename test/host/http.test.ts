import { createHash } from "node:crypto";
import { createServer as createHttp, type IncomingMessage, type Server } from "node:http";
import { createServer as createTcp, type AddressInfo, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { realHttp } from "../../src/host/real/http.ts";
import { cancelled } from "../../src/model/errors.ts";
import { claimPort } from "../support/ports.ts";

const http = realHttp(new AbortController().signal);
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function listen(server: Server | ReturnType<typeof createTcp>): Promise<number> {
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  open.push(() => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const serve = (handler: Parameters<typeof createHttp>[1]): Promise<number> => listen(createHttp(handler));
const closedPort = async (): Promise<number> => {
  const { port, release } = await claimPort();
  open.push(release);
  return port;
};

describe("request", () => {
  it("gives status, headers and body of any answer", async () => {
    const port = await serve((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        response.writeHead(401, {
          "x-saw": `${request.method} ${request.headers.authorization ?? ""} ${body}`,
        });
        response.end("no é");
      });
    });
    const result = await http.request({
      url: `http://127.0.0.1:${port}/a`,
      method: "POST",
      headers: { authorization: "Bearer FAKE" },
      body: "ü",
      timeoutMs: 120_000,
    });
    expect(result).toMatchObject({ ok: true, status: 401, body: "no é" });
    expect(result.ok && result.headers["x-saw"]).toBe("POST Bearer FAKE ü");
  });

  it("never follows a redirect", async () => {
    let hits = 0;
    const port = await serve((_request, response) => {
      hits += 1;
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    const result = await http.request({ url: `http://127.0.0.1:${port}/`, timeoutMs: 120_000 });
    expect(result).toMatchObject({ ok: true, status: 302, headers: { location: "/elsewhere" } });
    expect(hits).toBe(1);
  });

  it("says why there was no answer", async () => {
    const refused = `http://127.0.0.1:${await closedPort()}/`;
    expect(await http.request({ url: refused, timeoutMs: 120_000 })).toMatchObject({
      ok: false,
      reason: "refused",
    });
    const reset = await listen(createTcp((socket) => socket.resetAndDestroy()));
    expect(await http.request({ url: `http://127.0.0.1:${reset}/`, timeoutMs: 120_000 })).toMatchObject({
      ok: false,
      reason: "reset",
    });
    const plain = await serve((_request, response) => void response.end());
    expect(await http.request({ url: `https://127.0.0.1:${plain}/`, timeoutMs: 120_000 })).toMatchObject({
      ok: false,
      reason: "tls",
    });
    for (const url of ["file:///etc/passwd", "not an address"]) {
      expect(await http.request({ url, timeoutMs: 120_000 })).toMatchObject({ ok: false, reason: "other" });
    }
  });

  it("ends at the time limit, before the answer and in the middle of it", async () => {
    const silent = await serve(() => undefined);
    const slow = await serve((_request, response) => void response.write("begin"));
    for (const port of [silent, slow]) {
      expect(await http.request({ url: `http://127.0.0.1:${port}/`, timeoutMs: 200 })).toMatchObject({
        ok: false,
        reason: "timeout",
      });
    }
  });

  it("reads no more of an endless body than asked for", async () => {
    const port = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
        response.once("drain", more);
      };
      more();
    });
    const result = await http.request({
      url: `http://127.0.0.1:${port}/`,
      timeoutMs: 120_000,
      maxBytes: 25_000,
    });
    expect(result.ok && result.body.length).toBe(25_000);
  });

  it("rejects as cancelled when the run is aborted", async () => {
    const controller = new AbortController();
    const port = await serve(() => controller.abort(cancelled()));
    const asked = realHttp(controller.signal).request({
      url: `http://127.0.0.1:${port}/`,
      timeoutMs: 120_000,
    });
    await expect(asked).rejects.toMatchObject({ exit: "cancelled" });
  });
});

describe("portOpen", () => {
  it("tells an open port from a closed one", async () => {
    const port = await serve(() => undefined);
    expect(await http.portOpen("127.0.0.1", port, 120_000)).toBe(true);
    expect(await http.portOpen("127.0.0.1", await closedPort(), 120_000)).toBe(false);
  });
});

/** A text frame as a server sends it (RFC 6455 §5.2), for payloads under 126 bytes. */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, Buffer.byteLength(text)]), Buffer.from(text)]);
}

function accept(request: IncomingMessage, socket: Socket): void {
  const key = `${request.headers["sec-websocket-key"] ?? ""}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const digest = createHash("sha1").update(key).digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${digest}\r\n\r\n`,
  );
}

async function wsServer(talk: (socket: Socket) => void): Promise<number> {
  const server = createHttp((_request, response) => void response.writeHead(400).end());
  server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
    socket.on("error", () => undefined);
    open.push(() => socket.destroy());
    accept(request, socket);
    talk(socket);
  });
  return listen(server);
}

describe("webSocket", () => {
  it("gives messages in order, waits for the next, and tells how the peer closed", async () => {
    const port = await wsServer((socket) => {
      socket.write(frame('{"n":1}'));
      socket.write(frame('{"n":2}'));
      socket.on("data", () => {
        socket.write(frame('{"n":3}'));
        // Close frame: 1008 and a reason.
        socket.write(Buffer.concat([Buffer.from([0x88, 4, 0x03, 0xf0]), Buffer.from("no")]));
        socket.end();
      });
    });
    const talk = await http.webSocket(`ws://127.0.0.1:${port}/`, 120_000);
    expect(await talk?.next(120_000)).toEqual({ n: 1 });
    expect(await talk?.next(120_000)).toEqual({ n: 2 });
    expect(await talk?.next(50)).toBeUndefined();
    expect(talk?.closed()).toBeUndefined();
    const waiting = talk?.next(120_000);
    talk?.send({ hello: true });
    expect(await waiting).toEqual({ n: 3 });
    expect(await talk?.next(120_000)).toBeUndefined();
    expect(talk?.closed()).toEqual({ code: 1008, reason: "no" });
    talk?.send({ ignored: true });
    talk?.close();
  });

  it("is undefined where no connection comes about", async () => {
    const plain = await serve((_request, response) => void response.writeHead(401).end());
    expect(await http.webSocket(`ws://127.0.0.1:${plain}/`, 120_000)).toBeUndefined();
    expect(await http.webSocket(`ws://127.0.0.1:${await closedPort()}/`, 120_000)).toBeUndefined();
    const silent = await listen(createTcp((socket) => void open.push(() => socket.destroy())));
    expect(await http.webSocket(`ws://127.0.0.1:${silent}/`, 200)).toBeUndefined();
    expect(await http.webSocket("http://127.0.0.1/", 200)).toBeUndefined();
  });
});
