import type { PersistenceItem } from "../../model/persistence.ts";
import { isGenuine } from "../../model/persistence.ts";
import { itemFindings } from "../persistence.ts";
import type { Judged } from "../persistence.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "shell-override",
  title: "A start-up file puts something else in the place of a tool",
  severity: "high",
  attack: ["T1546.004", "T1056"],
} as const;

/** Whoever replaces one of these reads passwords and passphrases, or runs as somebody else. */
const asking =
  /^(?:sudo|su|doas|pkexec|ssh|scp|sftp|ssh-add|ssh-agent|ssh-keygen|gpg2?|passwd|pass|op|vault|openclaw|clawdbot|moltbot|claw-ir|login|kinit|age)$/;
/** Whoever replaces one of these decides what is seen. */
const showing =
  /^(?:ls|ps|cat|ss|netstat|lsof|find|top|who|w|last|id|crontab|systemctl|journalctl|history|which|type|whence|command|builtin|unalias|unset|declare|git|gh|curl|wget|node|npm|npx|pnpm|python\d?|pip\d?|docker|kubectl|aws|dpkg|rpm|apt|md5sum|sha256sum|strace|lsattr|chattr|env|printenv|cd|exit|logout)$/;
/** Well-known replacements, or the tool itself with options. */
const usual: Readonly<Record<string, RegExp>> = {
  ls: /^(?:exa|eza|lsd|gls|colorls|vdir)\b/,
  cat: /^(?:bat|batcat|ccat)\b/,
  find: /^fd(?:find)?\b/,
  top: /^(?:htop|btop|bpytop|gtop)\b/,
  ps: /^procs\b/,
  ssh: /^(?:kitten ssh|kitty \+kitten ssh|autossh|TERM=[\w-]{1,40} ssh)\b/,
  git: /^hub\b/,
  docker: /^(?:podman|nerdctl)\b/,
  kubectl: /^(?:kubecolor|microk8s kubectl|k3s kubectl|minikube kubectl)\b/,
  python: /^(?:python[\d.]{1,5}|\/usr\/bin\/python[\d.]{0,5})$/,
  pip: /^(?:pip[\d.]{1,5}|python[\d.]{0,5} -m pip)$/,
};

export const shellOverride: Mark = {
  ...base,
  needs: ["persistence"],
  mechanisms: ["shell-startup"],
  evaluate: (input) =>
    itemFindings(base, input, (item) =>
      item.mechanism === "shell-startup" && !isGenuine(item) ? judge(item) : undefined,
    ),
};

function judge({ name, sets }: PersistenceItem): Judged | undefined {
  const [, kind, tool = ""] = /^(alias|function) (.{1,100})$/.exec(name) ?? [];
  const asks = asking.test(tool);
  if (kind === undefined || (!asks && !showing.test(tool))) return undefined;
  if (kind === "alias" && isUsual(tool, valueOf(sets[0] ?? ""))) return undefined;
  return asks
    ? { says: `stands in for ${tool}, which asks for secrets or gives rights` }
    : { says: `stands in for ${tool}`, severity: "medium" };
}

function valueOf(statement: string): string {
  const raw =
    /^alias[ \t]+(?:-{1,2}\w{1,10}[ \t]+)*['"]?[^\s='"]{1,100}(?:=|[ \t]+)(.*)$/s.exec(statement)?.[1] ?? "";
  return raw.replace(/^["']|["']$/g, "").trim();
}

function isUsual(tool: string, value: string): boolean {
  if (/[;|&`<>]|\$\(/.test(value)) return false;
  const bare = value.replace(/^(?:(?:command|nocorrect|noglob|builtin)\s+|\\)/, "");
  const same = bare === tool || bare.startsWith(`${tool} `);
  return same || usual[tool]?.test(bare) === true;
}
