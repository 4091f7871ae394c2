/**
 * docker and podman. `stop` counts as meant, so that a restart policy does not bring the container back before the engine
 * itself restarts; the policy is set to "no" for that. Facts: docker-stop(1), docker-update(1), docker-inspect(1), podman's likewise.
 */
import { bool, dict, num, parseJson, str } from "../model/json.ts";
import { complaint, type Handle, isDenial, recordOf, unitText } from "./manager.ts";
import type { ServiceStop } from "./types.ts";

interface ContainerState {
  readonly running: boolean;
  readonly pid: number;
  readonly policy: string;
  readonly removedAtStop: boolean;
}

const format =
  '{"running":{{json .State.Running}},"restarting":{{json .State.Restarting}},"pid":{{json .State.Pid}},' +
  '"policy":{{json .HostConfig.RestartPolicy.Name}},"remove":{{json .HostConfig.AutoRemove}}}';

export async function stopContainer(handle: Handle): Promise<ServiceStop> {
  const { unit, stopping } = handle;
  const answer = await handle.ask("inspect", "--type", "container", "--format", format, unit.name);
  if (answer.code !== 0) return notInspected(handle, answer);
  const before = stateOf(answer.stdout);
  if (before === undefined) {
    return { outcome: "failed", unit, reason: `${unitText(unit)} could not be read: ${complaint(answer)}` };
  }
  const main = before.pid > 1 ? { mainPid: before.pid } : {};
  if (!before.running) return { outcome: "idle", unit, reason: `${unitText(unit)} does not run`, ...main };
  if (before.removedAtStop) {
    stopping.warnings.push(
      `${unitText(unit)} was started with --rm: what it kept outside its volumes, such as /tmp/openclaw logs, went with it.`,
    );
  }
  const policy = await dropPolicy(handle, before);
  const grace = Math.max(1, Math.round(stopping.limits.termMs / 1000));
  const stopped = await handle.act(stopping.limits.termMs + 10_000, "stop", "-t", String(grace), unit.name);
  if (stopped.code !== 0) {
    if (policy !== undefined) await handle.act(10_000, "update", `--restart=${policy}`, unit.name);
    const outcome = isDenial(stopped) ? "denied" : "failed";
    return { outcome, unit, reason: `${unitText(unit)} was not stopped: ${complaint(stopped)}`, ...main };
  }
  stopping.how.push(`${unitText(unit)} stopped`);
  return {
    outcome: "stopped",
    unit,
    record: recordOf(handle, policy === undefined ? {} : { policy }),
    ...main,
    confirm: () => confirm(handle),
  };
}

function notInspected(handle: Handle, answer: Parameters<typeof complaint>[0]): ServiceStop {
  const { unit } = handle;
  if (isDenial(answer)) {
    return { outcome: "denied", unit, reason: `${unitText(unit)} cannot be asked: ${complaint(answer)}` };
  }
  if (/no such (?:container|object)/i.test(answer.stderr)) {
    return { outcome: "idle", unit, reason: `${unitText(unit)} does not exist any more` };
  }
  return { outcome: "failed", unit, reason: `${unitText(unit)} could not be asked: ${complaint(answer)}` };
}

function stateOf(text: string): ContainerState | undefined {
  const value = dict(parseJson(text.trim()));
  const running = bool(value["running"]);
  if (running === undefined) return undefined;
  return {
    running: running || bool(value["restarting"]) === true,
    pid: num(value["pid"]) ?? 0,
    policy: str(value["policy"]) ?? "",
    removedAtStop: bool(value["remove"]) === true,
  };
}

/** The policy that was replaced, or undefined where there was none or it could not be changed. */
async function dropPolicy(handle: Handle, before: ContainerState): Promise<string | undefined> {
  if (!/^(?:always|unless-stopped|on-failure)$/.test(before.policy)) return undefined;
  const answer = await handle.act(10_000, "update", "--restart=no", handle.unit.name);
  if (answer.code === 0) return before.policy;
  handle.stopping.warnings.push(
    `${unitText(handle.unit)} keeps its restart policy "${before.policy}" (${complaint(answer)}): a restart of the engine may start it.`,
  );
  return undefined;
}

async function confirm(handle: Handle): Promise<"down" | "up" | "unknown"> {
  const answer = await handle.ask("inspect", "--type", "container", "--format", format, handle.unit.name);
  if (answer.code !== 0) return /no such (?:container|object)/i.test(answer.stderr) ? "down" : "unknown";
  const now = stateOf(answer.stdout);
  if (now === undefined) return "unknown";
  return now.running ? "up" : "down";
}
