/** crontab, systemctl --user and launchctl as far as schedules need them; what they do not know is an error, as with the real ones. */
import type { RunResult } from "../../src/host/host.ts";

type Program = (args: readonly string[], input: string) => Partial<RunResult>;

/** crontab(1) of Debian: `-l`, `-`, `-r`. Undefined: the user has none. */
export function crontabProgram(start: string | undefined): {
  readonly run: Program;
  readonly text: () => string | undefined;
} {
  let text = start;
  const none: Partial<RunResult> = { code: 1, stderr: "no crontab for user\n" };
  return {
    text: () => text,
    run: (args, input) => {
      if (args.length !== 1) return { code: 1, stderr: "crontab: usage error\n" };
      if (args[0] === "-l") return text === undefined ? none : { stdout: text };
      if (args[0] === "-r") {
        if (text === undefined) return none;
        text = undefined;
        return {};
      }
      if (args[0] !== "-") return { code: 1, stderr: `crontab: invalid option -- '${args[0] ?? ""}'\n` };
      if (input !== "" && !input.endsWith("\n"))
        return { code: 1, stderr: "new crontab file is missing newline before EOF, can't install.\n" };
      const bad = input.split("\n").find((line) => line.length > 1000 + 40);
      if (bad !== undefined) return { code: 1, stderr: "errors in crontab file, can't install.\n" };
      text = input;
      return {};
    },
  };
}

/** systemctl(1) --user of systemd 252. A timer that was not read by daemon-reload is not known. */
export function systemctlProgram(): { readonly run: Program; readonly active: (unit: string) => boolean } {
  const active = new Set<string>();
  let reloaded = false;
  return {
    active: (unit) => active.has(unit),
    run: ([user, verb = "", ...rest]) => {
      if (user !== "--user") return { code: 1, stderr: "only the user manager is here\n" };
      const unit = rest.at(-1) ?? "";
      switch (verb) {
        case "show":
          return { stdout: "Version=252\n" };
        case "daemon-reload":
          reloaded = true;
          return {};
        case "enable":
        case "restart":
          if (!reloaded)
            return { code: 1, stderr: `Failed to enable unit: Unit file ${unit} does not exist.\n` };
          active.add(unit);
          return {};
        case "disable":
          active.delete(unit);
          return {};
        case "is-active":
          return active.has(unit) ? { stdout: "active\n" } : { code: 3, stdout: "inactive\n" };
        default:
          return { code: 1, stderr: `Unknown command verb ${verb}.\n` };
      }
    },
  };
}

/** launchctl(1) of macOS 14. */
export function launchctlProgram(): { readonly run: Program; readonly loaded: () => readonly string[] } {
  const loaded = new Set<string>();
  return {
    loaded: () => [...loaded],
    run: ([verb = "", target = "", file = ""]) => {
      const label = target.split("/")[2] ?? "";
      switch (verb) {
        case "bootstrap": {
          const name =
            file
              .split("/")
              .at(-1)
              ?.replace(/\.plist$/, "") ?? "";
          if (loaded.has(name)) return { code: 5, stderr: "Bootstrap failed: 5: Input/output error\n" };
          loaded.add(name);
          return {};
        }
        case "bootout":
          return loaded.delete(label) ? {} : { code: 3, stderr: "Boot-out failed: 3: No such process\n" };
        case "print":
          return loaded.has(label)
            ? { stdout: `${target} = {\n}\n` }
            : { code: 113, stderr: `Bad request.\nCould not find service "${label}"\n` };
        default:
          return { code: 64, stderr: `Unrecognized subcommand: ${verb}\n` };
      }
    },
  };
}
