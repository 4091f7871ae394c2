/** systemctl's words: systemctl(1) of systemd 252; texts and exit codes as that version prints them. */
import type { Manager, State, Unit } from "./manager.ts";
import { type Answer, done, failed, type ProgramCall } from "./protocol.ts";

export async function systemctlCall(manager: Manager, { args }: ProgramCall): Promise<Answer> {
  const kind = args.includes("--user") ? "systemd-user" : "systemd-system";
  const [verb = "", ...names] = args.filter((arg) => !arg.startsWith("-"));
  const unknownOption = args.find(
    (arg) =>
      arg.startsWith("-") &&
      !/^--(?:user|no-block|runtime|no-ask-password|machine=.+|property=.+)$/.test(arg),
  );
  if (unknownOption !== undefined) return failed(1, `systemctl: unrecognized option '${unknownOption}'`);
  if (verb === "show") return show(manager.unit(kind, names[0] ?? ""), names[0] ?? "", args);
  let last = done();
  for (const name of names) {
    if (/\.(?:timer|socket|path)$/.test(name)) {
      manager.trigger(name, verb === "start");
      continue;
    }
    const unit = manager.unit(kind, name);
    if (unit === undefined) return failed(5, `Failed to ${verb} ${name}: Unit ${name} not loaded.`);
    if (unit.service.denied === true) {
      return failed(
        1,
        `Failed to ${verb} ${name}: Interactive authentication required.\nSee system logs and 'systemctl status ${name}' for details.`,
      );
    }
    last = await act(unit, name, verb, args);
    if (last.code !== 0) return last;
  }
  return last;
}

async function act(unit: Unit, name: string, verb: string, args: readonly string[]): Promise<Answer> {
  switch (verb) {
    case "start":
      if (unit.masked) return failed(1, `Failed to start ${name}: Unit ${name} is masked.`);
      unit.start();
      return done();
    case "stop": {
      const over = unit.stop(unit.service.stopTimeoutMs ?? 330_000);
      if (!args.includes("--no-block")) await over;
      return done();
    }
    case "enable":
    case "disable":
      unit.enabled = verb === "enable";
      return done(
        "",
        `${verb === "enable" ? "Created symlink" : "Removed"} "default.target.wants/${name}".\n`,
      );
    case "mask":
      return mask(unit, name, args.includes("--runtime"));
    case "unmask":
      unit.masked = false;
      return done("", `Removed "/run/systemd/${name}".\n`);
    case "reset-failed":
      if (unit.state === "failed") unit.state = "inactive";
      return done();
    default:
      return failed(1, `Unknown command verb ${verb}.`);
  }
}

/** A mask in /run is made, and has no effect where the unit file lies in /etc or in the user's configuration. */
function mask(unit: Unit, name: string, runtime: boolean): Answer {
  const file = unit.service.file ?? "";
  const shadowed = !/^\/(?:usr\/)?lib\//.test(file);
  if (shadowed && !runtime) return failed(1, `Failed to mask unit: File ${file} already exists.`);
  unit.masked = !shadowed;
  return done("", `Created symlink /run/systemd/${name} → /dev/null.\n`);
}

const states: Readonly<Record<State, readonly [string, string]>> = {
  inactive: ["inactive", "dead"],
  active: ["active", "running"],
  deactivating: ["deactivating", "stop-sigterm"],
  "auto-restart": ["activating", "auto-restart"],
  failed: ["failed", "failed"],
};

function show(unit: Unit | undefined, name: string, args: readonly string[]): Answer {
  const wanted = (args.find((arg) => arg.startsWith("--property=")) ?? "").slice(11).split(",");
  const [active, sub] = states[unit?.state ?? "inactive"];
  const values: Readonly<Record<string, string>> = {
    ActiveState: active,
    SubState: sub,
    LoadState: unit === undefined ? "not-found" : unit.masked ? "masked" : "loaded",
    UnitFileState:
      unit === undefined ? "" : unit.masked ? "masked-runtime" : unit.enabled ? "enabled" : "disabled",
    FragmentPath: unit?.service.file ?? "",
    MainPID: String(unit?.pid ?? 0),
    TriggeredBy: (unit?.service.triggers ?? []).join(" "),
    ControlGroup: unit === undefined || unit.pid === 0 ? "" : `/stand-in.slice/${name}`,
    Result: unit?.result ?? "success",
  };
  const lines = wanted.flatMap((key) => (values[key] === undefined ? [] : [`${key}=${values[key]}`]));
  return done(`${lines.join("\n")}\n`);
}
