/**
 * The demonstration's gateway: a small process that behaves like OpenClaw's where claw-ir looks at it. It takes the lock
 * file, listens on loopback, answers /readyz, checks bearer tokens on the Control UI's config, speaks the WebSocket
 * handshake, keeps a detached child, and ends within a second of SIGTERM. It also ends, child and all, as soon as the
 * claw-ir that started it is gone. Arguments: the state folder, the pid of claw-ir.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { answerUpgrade } from "./web-socket.ts";
import { readAuth } from "./auth.ts";

const stateDir = process.argv[2] ?? "";
const owner = Number(process.argv[3]);
const configPath = join(stateDir, "openclaw.json");
const config = JSON.parse(readFileSync(configPath, "utf8")) as { gateway: { port: number } };
const port = config.gateway.port;
const uid = process.getuid?.() ?? 0;
const lockFile = join(stateDir, "tmp", `openclaw-${String(uid)}`, "gateway.state.lock");

process.title = "openclaw-gateway";

function respond(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? "/").split("?")[0];
  if (path === "/readyz" || path === "/ready") json(response, 200, { ready: true, failing: [] });
  else if (path === "/healthz" || path === "/health") json(response, 200, { ok: true, status: "live" });
  else if (path === "/__openclaw/control-ui-config.json") answerConfig(request, response);
  else {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<!doctype html><title>OpenClaw</title>");
  }
}

function answerConfig(request: IncomingMessage, response: ServerResponse): void {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const isGood = bearer !== undefined && readAuth(stateDir).accepts(bearer);
  if (isGood) json(response, 200, { demonstration: true });
  else json(response, 401, { error: { message: "Unauthorized", type: "unauthorized" } });
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

/** Open as long as it runs, with a write-ahead log that is not empty: nobody closes it, also not at the end. */
function holdDatabase(): void {
  const db = new Database(join(stateDir, "state", "openclaw.sqlite"), { fileMustExist: true });
  db.pragma("journal_mode = WAL");
  db.pragma("wal_autocheckpoint = 0");
  db.exec(
    "UPDATE device_pairing_paired SET last_seen_at_ms = last_seen_at_ms + 1 WHERE last_seen_at_ms IS NOT NULL",
  );
  held.push(db);
}

const held: unknown[] = [];
const server = createServer(respond);
let child: ChildProcess | undefined;
server.on("upgrade", (request, socket) => answerUpgrade(request, socket, () => readAuth(stateDir)));
server.listen(port, "127.0.0.1", () => {
  takeLock();
  holdDatabase();
  // A background command of the agent's exec tool: in a session of its own, it outlives the gateway unless somebody looks.
  child = spawn("sleep", ["1800"], { detached: true, stdio: "ignore" });
  child.unref();
});

process.on("SIGTERM", () => {
  rmSync(lockFile, { force: true });
  server.close();
  server.closeAllConnections();
  setTimeout(() => process.exit(0), 200);
});
// Whatever ends claw-ir, kill -9 and a closed terminal too, leaves no process of the demonstration behind.
setInterval(() => {
  if (process.ppid === owner) return;
  child?.kill("SIGKILL");
  process.exit(0);
}, 250);
