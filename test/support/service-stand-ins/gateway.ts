/**
 * A process that behaves like OpenClaw's gateway where stopping and starting are concerned: title, port, /readyz, lock file
 * with pid and start ticks, drain at SIGTERM. Arguments are key=value pairs; see `Wish`.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const wish = new Map(
  process.argv.slice(2).flatMap((arg): [string, string][] => {
    const cut = arg.indexOf("=");
    return cut < 0 ? [] : [[arg.slice(0, cut), arg.slice(cut + 1)]];
  }),
);
const number = (name: string, fallback: number): number => Number(wish.get(name) ?? fallback);

const stateDir = wish.get("state") ?? process.env["OPENCLAW_STATE_DIR"] ?? "";
const port = number("port", 0);
const drainMs = number("drain", 0);
const readyMs = number("ready", 0);
const startMs = number("start", 0);

function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
}

/** The exec tool leaves such behind: own session, own group. */
function child(name: string): void {
  const started = spawn(
    process.execPath,
    [
      "-e",
      // Its name comes last: who sees it knows that it is deaf by then.
      `${name.includes("deaf") ? "process.on('SIGTERM',()=>{});" : ""}process.title=${JSON.stringify(name)};setInterval(()=>{},1e6)`,
    ],
    { detached: true, stdio: "ignore" },
  );
  started.unref();
}

const lockDir = join(stateDir, "tmp", `openclaw-${process.getuid?.() ?? 0}`);
const lockFile = join(lockDir, "gateway.state.lock");
let stopping = false;

const server = createServer((request, response) => {
  const ready = Date.now() - bornAt >= readyMs;
  if (request.url !== "/readyz") {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
    return;
  }
  response
    .writeHead(ready ? 200 : 503, { "content-type": "application/json" })
    .end(JSON.stringify({ ready, failing: ready ? [] : ["channels"], uptimeMs: Date.now() - bornAt }));
});
const bornAt = Date.now();

function leave(): void {
  rmSync(lockFile, { force: true });
  process.exit(0);
}

process.on("SIGTERM", () => {
  if (wish.get("term") === "ignore" || stopping) return;
  stopping = true;
  server.close();
  server.closeAllConnections();
  setTimeout(leave, drainMs);
});

function begin(): void {
  if (wish.get("fail") !== undefined) {
    process.stderr.write("config invalid: gateway.bind\n");
    process.exit(Number(wish.get("fail")));
  }
  // Neither arguments nor port are to be seen in a process list, as with the real one.
  process.title = wish.get("title") ?? "openclaw-gateway";
  server.listen(port, "127.0.0.1", () => {
    mkdirSync(lockDir, { recursive: true, mode: 0o700 });
    const lock = { pid: process.pid, ownerId: "FAKE", stateDir, port, startTime: ticksOf(process.pid) };
    writeFileSync(lockFile, `${JSON.stringify(lock)}${" ".repeat(400)}`, { mode: 0o600 });
    for (const name of (wish.get("children") ?? "").split(",")) if (name !== "") child(name);
    const up = wish.get("up");
    if (up !== undefined) writeFileSync(up, String(process.pid));
  });
}

setTimeout(begin, startMs);
