/**
 * The demonstration's gateway: a small process that behaves like OpenClaw's where claw-ir looks at it. It takes the lock
 * file, listens on loopback, answers /readyz, checks bearer tokens on the Control UI's config, speaks the WebSocket
 * handshake, keeps a detached child, and ends within a second of SIGTERM. Argument: the state folder.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { answerUpgrade } from "./web-socket.ts";
import { readAuth } from "./auth.ts";

const stateDir = process.argv[2] ?? "";
const configPath = join(stateDir, "openclaw.json");
const config = JSON.parse(readFileSync(configPath, "utf8")) as { gateway: { port: number } };
const port = config.gateway.port;
const uid = process.getuid?.() ?? 0;
const lockFile = join(stateDir, "tmp", `openclaw-${String(uid)}`, "gateway.state.lock");

process.title = "openclaw-gateway";

function respond(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? "/").split("?")[0];
  if (path === "/readyz" || path === "/ready") return json(response, 200, { ready: true, failing: [] });
  if (path === "/healthz" || path === "/health") return json(response, 200, { ok: true, status: "live" });
  if (path === "/__openclaw/control-ui-config.json") {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    const good = bearer !== undefined && readAuth(stateDir).accepts(bearer);
    return good
      ? json(response, 200, { demonstration: true })
      : json(response, 401, { error: { message: "Unauthorized", type: "unauthorized" } });
  }
  response.writeHead(200, { "content-type": "text/html" });
  response.end("<!doctype html><title>OpenClaw</title>");
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

/** Field 22 of /proc/PID/stat, as OpenClaw records it; 0 where there is no /proc. */
function startTicks(): number {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  } catch {
    return 0;
  }
}

function takeLock(): void {
  mkdirSync(dirname(lockFile), { recursive: true, mode: 0o700 });
  const lock = {
    pid: process.pid,
    ownerId: "00000000-demo-0000-0000-000000000000",
    createdAt: new Date().toISOString(),
    configPath,
    stateDir,
    port,
    startTime: startTicks(),
  };
  writeFileSync(lockFile, `${JSON.stringify(lock)}${" ".repeat(400)}`, { mode: 0o600 });
}

const server = createServer(respond);
server.on("upgrade", (request, socket) => answerUpgrade(request, socket, () => readAuth(stateDir)));
server.listen(port, "127.0.0.1", () => {
  takeLock();
  // A background command of the agent's exec tool: in a session of its own, it outlives the gateway unless somebody looks.
  spawn("sleep", ["3600"], { detached: true, stdio: "ignore" }).unref();
});

process.on("SIGTERM", () => {
  rmSync(lockFile, { force: true });
  server.close();
  server.closeAllConnections();
  setTimeout(() => process.exit(0), 200);
});
// Nobody waits for a demonstration for ever.
setTimeout(() => process.exit(0), 30 * 60_000).unref();
