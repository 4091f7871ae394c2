/**
 * One daemon that stands for systemd, launchd and a container engine. It really starts, watches, restarts and ends the
 * processes of its services; the programs in `client.ts` talk to it over a socket. It ends with its stdin and takes every
 * process of its services along. Policies as found in OpenClaw's units: Restart=always, RestartSec, KillMode=mixed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Answer, Call, Service } from "./protocol.ts";
import { containerCall } from "./engine.ts";
import { launchctlCall } from "./launchd.ts";
import { systemctlCall } from "./systemd.ts";

const [folder = ""] = process.argv.slice(2);

export type State = "inactive" | "active" | "deactivating" | "auto-restart" | "failed";

/** A service with its process; one class for all managers, because they differ in words more than in deeds. */
export class Unit {
  readonly service: Service;
  state: State = "inactive";
  result = "success";
  enabled: boolean;
  masked = false;
  loaded = true;
  removed = false;
  policy: string;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];

  constructor(service: Service) {
    this.service = service;
    this.enabled = service.enabled ?? true;
    this.policy = service.policy ?? "always";
  }

  get pid(): number {
    return this.state === "active" || this.state === "deactivating" ? (this.#child?.pid ?? 0) : 0;
  }

  /** It has ended, and this process was not told so yet. */
  get endsUnseen(): boolean {
    const { pid, exitCode, signalCode } = this.#child ?? {};
    return pid !== undefined && exitCode === null && signalCode === null && !isAlive(pid);
  }

  start(): void {
    if (this.pid !== 0) return;
    clearTimeout(this.#timer);
    const [program, ...args] = this.service.argv;
    const child = spawn(program, args, {
      env: { ...this.service.env, PATH: process.env["PATH"], CLAW_STAND_IN_UNIT: this.#mark() },
      detached: true,
      stdio: "ignore",
    });
    this.#child = child;
    this.state = "active";
    this.result = "success";
    child.on("exit", (code, signal) => this.#ended(child, code, signal));
    child.on("error", () => this.#ended(child, 203, null));
  }

  /** Resolves when nothing of it runs any more. */
  async stop(graceMs: number): Promise<void> {
    clearTimeout(this.#timer);
    if (this.pid === 0) {
      if (this.state === "auto-restart") this.state = "inactive";
      return;
    }
    const over = new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.state !== "deactivating") {
      this.state = "deactivating";
      this.#child?.kill("SIGTERM");
      if (this.service.killMode === "control-group") this.killGroup("SIGTERM");
      setTimeout(() => {
        if (this.state !== "deactivating") return;
        this.result = "timeout";
        this.killGroup("SIGKILL");
      }, graceMs).unref();
    }
    await over;
  }

  #ended(child: ChildProcess, code: number | null, signal: string | null): void {
    if (child !== this.#child) return;
    const meant = this.state === "deactivating";
    if (this.service.killMode !== "process") this.killGroup("SIGKILL");
    const clean = code === 0 || code === 143 || signal === "SIGTERM";
    if (!clean && this.result === "success") this.result = signal === null ? "exit-code" : "signal";
    this.state = clean ? "inactive" : "failed";
    for (const done of this.#waiting.splice(0)) done();
    if (meant || code === 78 || this.policy === "no") return;
    this.state = "auto-restart";
    this.#timer = setTimeout(() => this.start(), this.service.restartMs);
  }

  #mark(): string {
    return `${folder}:${this.service.manager}:${this.service.name}`;
  }

  /** Every process of the service, also what called setsid: what a control group is for. */
  killGroup(signal: NodeJS.Signals): void {
    for (const pid of marked(this.#mark())) {
      try {
        process.kill(pid, signal);
      } catch {
        // Gone meanwhile.
      }
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(")") + 1));
  } catch {
    return false;
  }
}

function* marked(mark: string): IterableIterator<number> {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const variables = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
      if (variables.includes(`CLAW_STAND_IN_UNIT=${mark}`)) yield Number(name);
    } catch {
      // Not ours to read, or gone.
    }
  }
}

const units = new Map<string, Unit>();
const triggers = new Map<string, NodeJS.Timeout>();

/** What the programs' sides may do. */
export interface Manager {
  readonly unit: (manager: Service["manager"], name: string) => Unit | undefined;
  readonly remove: (unit: Unit) => void;
  readonly trigger: (name: string, on: boolean) => boolean;
}

const manager: Manager = {
  unit: (kind, name) => units.get(`${kind}:${name}`),
  remove: (unit) => void units.delete(`${unit.service.manager}:${unit.service.name}`),
  trigger: (name, on) => {
    const owner = [...units.values()].find((unit) => unit.service.triggers?.includes(name) === true);
    if (owner === undefined) return false;
    clearInterval(triggers.get(name));
    triggers.delete(name);
    if (on)
      triggers.set(
        name,
        setInterval(() => owner.start(), 200),
      );
    return true;
  },
};

function define(service: Service): Answer {
  const unit = new Unit(service);
  units.set(`${service.manager}:${service.name}`, unit);
  for (const name of service.triggers ?? []) manager.trigger(name, true);
  if (service.running !== false) unit.start();
  return { code: 0, stdout: String(unit.pid), stderr: "" };
}

async function answer(call: Call): Promise<Answer> {
  // Whoever has seen in /proc that a process is dead gets the answer of a manager that has seen it, too.
  while ([...units.values()].some((unit) => unit.endsUnseen)) await pause(1);
  if ("define" in call) return define(call.define);
  appendFileSync(join(folder, "calls.jsonl"), `${JSON.stringify([call.program, ...call.args])}\n`);
  if (call.program === "systemctl") return systemctlCall(manager, call);
  if (call.program === "launchctl") return launchctlCall(manager, call);
  return containerCall(manager, call);
}

const socket = join(folder, "bus");
rmSync(socket, { force: true });
const server = createServer({ allowHalfOpen: true }, (connection) => {
  let text = "";
  connection.setEncoding("utf8");
  connection.on("data", (chunk: string) => (text += chunk));
  connection.on("error", () => undefined);
  connection.on("end", () => {
    void answer(JSON.parse(text) as Call).then(
      (reply) => connection.end(JSON.stringify(reply)),
      (error: unknown) => connection.end(JSON.stringify({ code: 1, stdout: "", stderr: String(error) })),
    );
  });
});
server.listen(socket, () => process.stdout.write("up\n"));

process.stdin.resume();
process.stdin.on("end", () => {
  for (const timer of triggers.values()) clearInterval(timer);
  for (const unit of units.values()) unit.killGroup("SIGKILL");
  rmSync(socket, { force: true });
  process.exit(0);
});
