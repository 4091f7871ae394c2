/** docker's and podman's words: the container commands of Docker 28. */
import type { Manager, Unit } from "./manager.ts";
import { type Answer, done, failed, type ProgramCall } from "./protocol.ts";

export async function containerCall(manager: Manager, { program, args }: ProgramCall): Promise<Answer> {
  if (program !== "docker" && program !== "podman") return failed(127, "not a container engine");
  const verb = args[0] ?? "";
  const name = args.at(-1) ?? "";
  const unit = manager.unit(program, name);
  if (unit?.service.denied === true) {
    return failed(
      1,
      "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
    );
  }
  if (unit === undefined) {
    const from = verb === "inspect" ? "Error:" : "Error response from daemon:";
    return failed(1, `${from} No such container: ${name}`);
  }
  return act(manager, unit, verb, args);
}

async function act(manager: Manager, unit: Unit, verb: string, args: readonly string[]): Promise<Answer> {
  const { name } = unit.service;
  switch (verb) {
    case "inspect":
      return inspect(unit, args);
    case "stop": {
      const at = args.indexOf("-t");
      await unit.stop(at < 0 ? 10_000 : Number(args[at + 1]) * 1000);
      if (unit.service.autoRemove === true) manager.remove(unit);
      return done(`${name}\n`);
    }
    case "start":
      unit.start();
      return done(`${name}\n`);
    case "update":
      unit.policy = (args.find((arg) => arg.startsWith("--restart=")) ?? "--restart=no").slice(10);
      return done(`${name}\n`);
    default:
      return failed(125, `unknown command: ${verb}`);
  }
}

function inspect(unit: Unit, args: readonly string[]): Answer {
  const format = args[args.indexOf("--format") + 1] ?? "";
  const values: Readonly<Record<string, unknown>> = {
    ".State.Running": unit.pid !== 0,
    ".State.Restarting": unit.state === "auto-restart",
    ".State.Pid": unit.pid,
    ".HostConfig.RestartPolicy.Name": unit.policy,
    ".HostConfig.AutoRemove": unit.service.autoRemove === true,
  };
  return done(
    `${format.replaceAll(/\{\{json (\.[A-Za-z.]+)\}\}/g, (_all, key: string) => JSON.stringify(values[key] ?? null))}\n`,
  );
}
