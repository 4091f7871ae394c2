/** launchctl's words: launchctl(1) of macOS; exit codes 3, 5 and 113 as it gives them. */
import type { Manager, Unit } from "./manager.ts";
import { type Answer, done, failed, type ProgramCall } from "./protocol.ts";

export async function launchctlCall(manager: Manager, { args }: ProgramCall): Promise<Answer> {
  const [verb = "", target = "", file = ""] = args;
  if (verb === "bootstrap") return bootstrap(manager, target, file);
  const name = /^gui\/\d+\/(.+)$/.exec(target)?.[1] ?? "";
  const unit = manager.unit("launchd", name);
  if (verb === "enable" || verb === "disable") {
    if (unit !== undefined) unit.enabled = verb === "enable";
    return done();
  }
  if (unit === undefined || !unit.loaded) return notLoaded(verb, name, target);
  switch (verb) {
    case "print":
      return done(
        `${target} = {\n\tactive count = 1\n\tpath = ${unit.service.file ?? ""}\n\tstate = running\n\n\tpid = ${unit.pid}\n}\n`,
      );
    case "bootout":
      unit.loaded = false;
      await unit.stop(unit.service.stopTimeoutMs ?? 20_000);
      return done();
    case "kickstart":
      unit.start();
      return done();
    default:
      return failed(64, `Unrecognized subcommand: ${verb}`);
  }
}

function notLoaded(verb: string, name: string, target: string): Answer {
  if (verb === "bootout") return failed(3, "Boot-out failed: 3: No such process");
  return failed(
    113,
    `Bad request.\nCould not find service "${name}" in domain for user gui: ${target.split("/")[1] ?? ""}`,
  );
}

function bootstrap(manager: Manager, domain: string, file: string): Answer {
  const name = file.slice(file.lastIndexOf("/") + 1).replace(/\.plist$/, "");
  const unit: Unit | undefined = manager.unit("launchd", name);
  const broken = failed(
    5,
    "Bootstrap failed: 5: Input/output error\nTry re-running the command as root for richer errors.",
  );
  if (!/^gui\/\d+$/.test(domain) || unit === undefined || !unit.enabled || unit.loaded) return broken;
  unit.loaded = true;
  unit.start();
  return done();
}
