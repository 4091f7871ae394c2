/** Brings back the services that the stop put down, by undoing exactly what it recorded. */
import type { Host, RunResult } from "../host/host.ts";
import { bool, dict, parseJson } from "../model/json.ts";
import { shown } from "../model/text.ts";
import { launchdTarget, type ServiceCall, serviceDoor, startLines } from "../openclaw/service-manager.ts";
import type { StoppedService } from "../openclaw/types.ts";
import type { Begun } from "./foreground.ts";
import type { StartRequest } from "./types.ts";

interface Caller {
  readonly host: Host;
  readonly request: StartRequest;
  readonly service: StoppedService;
  readonly how: string[];
  readonly call: (...args: readonly string[]) => ServiceCall;
}

const actMs = 30_000;

/** Starts all; the attempt is over when any of them says that it failed. */
export async function startServices(host: Host, request: StartRequest, how: string[]): Promise<Begun> {
  const callers: Caller[] = [];
  for (const service of request.stoppedServices) {
    const door = serviceDoor(host.facts, service, service);
    const lines = startLines(host.facts, service).join(" && ");
    if (!door.open)
      return {
        end: { state: "no-way", reason: `${shown(service.name, 80)}: ${door.reason}. Run: ${lines}` },
      };
    const caller: Caller = { host, request, service, how, call: door.call };
    const trouble = await startOne(caller);
    if (trouble !== undefined) {
      return {
        end: {
          state: "failed",
          reason: `${shown(service.name, 80)} was not started: ${trouble}. Try: ${lines}`,
        },
      };
    }
    how.push(`${shown(service.name, 80)} started through ${service.manager}`);
    callers.push(caller);
  }
  return {
    attempt: {
      logs: callers.map((caller) => logsOf(caller.service)).join("; "),
      ended: async () => {
        for (const caller of callers) {
          const trouble = await failure(caller);
          if (trouble !== undefined) return trouble;
        }
        return undefined;
      },
    },
  };
}

async function startOne(caller: Caller): Promise<string | undefined> {
  switch (caller.service.manager) {
    case "systemd-user":
    case "systemd-system":
      return startSystemd(caller);
    case "launchd":
      return startLaunchd(caller);
    case "docker":
    case "podman":
      return startContainer(caller);
  }
}

/** Undefined when it went well, else what the manager said. */
async function act(caller: Caller, ...args: readonly string[]): Promise<string | undefined> {
  const { host, request, service } = caller;
  const what = { service: service.name, manager: service.manager, command: args.join(" ") };
  await request.journal("service", what);
  const { argv, env } = caller.call(...args);
  const result = await host.run(argv, { timeoutMs: actMs, env, maxBytes: 64 * 1024 });
  await request.journal("service-answer", { ...what, code: result.code, timedOut: result.timedOut });
  return result.code === 0 ? undefined : complaint(result);
}

async function ask({ host, call }: Caller, ...args: readonly string[]): Promise<RunResult> {
  const { argv, env } = call(...args);
  return host.run(argv, { timeoutMs: 5_000, env, maxBytes: 64 * 1024 });
}

function complaint(result: RunResult): string {
  if (result.missing) return "its manager's program is not installed";
  if (result.timedOut) return "its manager did not answer in time";
  const line = (result.stderr.trim() === "" ? result.stdout : result.stderr).trim().split("\n")[0] ?? "";
  return shown(line === "" ? `exit code ${result.code ?? "none"}` : line, 200);
}

async function startSystemd(caller: Caller): Promise<string | undefined> {
  const { service } = caller;
  if (service.masked) {
    const trouble = await act(caller, "unmask", "--runtime", service.name);
    if (trouble !== undefined) return trouble;
  }
  if (service.disabled) {
    const trouble = await act(caller, "enable", service.name);
    if (trouble !== undefined) return trouble;
  }
  // A unit that ended by SIGKILL is "failed", and too many starts would count against it. Nothing to reset is no error.
  await act(caller, "reset-failed", service.name);
  return act(caller, "start", "--no-block", service.name, ...service.triggers);
}

async function startLaunchd(caller: Caller): Promise<string | undefined> {
  const { service } = caller;
  const target = launchdTarget(service, service);
  if (service.disabled) {
    const trouble = await act(caller, "enable", target);
    if (trouble !== undefined) return trouble;
  }
  if (service.file === undefined) return "its plist is not known";
  const trouble = await act(caller, "bootstrap", `gui/${service.uid}`, service.file);
  // "Already loaded" and a real error share exit code 5: whether it is loaded decides.
  if (trouble !== undefined && (await ask(caller, "print", target)).code !== 0) return trouble;
  await act(caller, "kickstart", target);
  return undefined;
}

async function startContainer(caller: Caller): Promise<string | undefined> {
  const { service } = caller;
  const trouble = await act(caller, "start", service.name);
  if (trouble !== undefined || service.policy === undefined) return trouble;
  return act(caller, "update", `--restart=${service.policy}`, service.name);
}

/** Why it will not come up, as its manager says; undefined while it may. */
async function failure(caller: Caller): Promise<string | undefined> {
  const { service } = caller;
  if (service.manager === "launchd") return undefined;
  if (service.manager === "systemd-user" || service.manager === "systemd-system") {
    const { stdout } = await ask(caller, "show", "--property=ActiveState,Result", service.name);
    if (!/^ActiveState=failed$/m.test(stdout)) return undefined;
    const result = /^Result=([a-z-]{1,40})$/m.exec(stdout)?.[1] ?? "unknown";
    return `systemd says that ${shown(service.name, 80)} failed (${result})`;
  }
  const format = '{"running":{{json .State.Running}}}';
  const { code, stdout } = await ask(
    caller,
    "inspect",
    "--type",
    "container",
    "--format",
    format,
    service.name,
  );
  const running = bool(dict(parseJson(stdout.trim()))["running"]);
  return code === 0 && running === false
    ? `the container ${shown(service.name, 80)} does not run`
    : undefined;
}

function logsOf({ manager, name }: StoppedService): string {
  const shownName = shown(name, 80);
  if (manager === "systemd-user") return `journalctl --user -u ${shownName} -n 50`;
  if (manager === "systemd-system") return `journalctl -u ${shownName} -n 50`;
  if (manager === "launchd") return "~/Library/Logs/openclaw/gateway.log";
  return `${manager} logs --tail 50 ${shownName}`;
}
