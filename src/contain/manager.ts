/** What the three kinds of service managers have in common: whose they are, how they are called, what they answered. */
import type { RunResult } from "../host/host.ts";
import { shown } from "../model/text.ts";
import { type ServiceOwner, serviceDoor, startLines, stopLine } from "../openclaw/service-manager.ts";
import type { ServiceUnit, StoppedService } from "../openclaw/types.ts";
import type { ServiceStop, Stopping } from "./types.ts";

/** One service of the stop, with the way to call its manager. */
export interface Handle {
  readonly stopping: Stopping;
  readonly unit: ServiceUnit;
  readonly owner: ServiceOwner;
  /** Runs the manager's program; a question changes nothing and is not journaled. */
  readonly ask: (...args: readonly string[]) => Promise<RunResult>;
  /** Journaled before and after. */
  readonly act: (timeoutMs: number, ...args: readonly string[]) => Promise<RunResult>;
  /** The command a person types instead, with sudo where needed. */
  readonly byHand: string;
}

const askMs = 5_000;

export function handleOf(stopping: Stopping, unit: ServiceUnit, owner: ServiceOwner): Handle | ServiceStop {
  const { host, request } = stopping;
  const door = serviceDoor(host.facts, unit, owner);
  const byHand = stopLine(host.facts, unit, owner);
  if (!door.open) {
    return { outcome: "denied", unit, reason: `${unitText(unit)} cannot be asked: ${door.reason}` };
  }
  const run = async (timeoutMs: number, args: readonly string[]): Promise<RunResult> => {
    const { argv, env } = door.call(...args);
    return host.run(argv, { timeoutMs, env, maxBytes: 256 * 1024 });
  };
  return {
    stopping,
    unit,
    owner,
    byHand,
    ask: (...args) => run(askMs, args),
    act: async (timeoutMs, ...args) => {
      const what = { service: unit.name, manager: unit.manager, command: args.join(" ") };
      await request.journal("service", what);
      const result = await run(timeoutMs, args);
      await request.journal("service-answer", { ...what, code: result.code, timedOut: result.timedOut });
      return result;
    },
  };
}

/** "the user service openclaw-gateway.service" */
export function unitText(unit: Pick<ServiceUnit, "manager" | "name">): string {
  const kinds = {
    "systemd-user": "the user service",
    "systemd-system": "the system service",
    launchd: "the launch agent",
    docker: "the docker container",
    podman: "the podman container",
  } as const;
  return `${kinds[unit.manager]} ${shown(unit.name, 80)}`;
}

export function recordOf(
  { unit, owner }: Handle,
  changes: Partial<Pick<StoppedService, "masked" | "disabled" | "policy" | "triggers">>,
): StoppedService {
  return {
    manager: unit.manager,
    name: unit.name,
    ...(unit.file === undefined ? {} : { file: unit.file }),
    uid: owner.uid,
    ...(owner.user === undefined ? {} : { user: owner.user }),
    masked: changes.masked ?? false,
    disabled: changes.disabled ?? false,
    ...(changes.policy === undefined ? {} : { policy: changes.policy }),
    triggers: changes.triggers ?? [],
  };
}

/** The first line a program complained with, for a reason. */
export function complaint(result: RunResult): string {
  if (result.missing) return "the program is not installed";
  if (result.timedOut) return "it did not answer in time";
  const line = (result.stderr.trim() === "" ? result.stdout : result.stderr).trim().split("\n")[0] ?? "";
  return shown(line === "" ? `exit code ${result.code ?? "none"}` : line, 200);
}

/** Whether the answer says that it takes other rights than ours. */
export function isDenial(result: RunResult): boolean {
  return /permission denied|access denied|interactive authentication required|not permitted|must be root/i.test(
    `${result.stderr}\n${result.stdout}`.slice(0, 4000),
  );
}

/** What was changed and the commands that undo it, for the report. */
export function inverseOf(stopping: Stopping, service: StoppedService): { what: string; how: string } {
  const changes = [
    "stopped",
    ...(service.masked ? ["masked until the next boot"] : []),
    ...(service.disabled ? ["disabled, so that no boot or login starts it"] : []),
    ...(service.policy === undefined ? [] : [`set never to restart (before: ${service.policy})`]),
  ];
  return {
    what: `${unitText(service)} was ${changes.join(", ")}`,
    how: startLines(stopping.host.facts, service).join(" && "),
  };
}
