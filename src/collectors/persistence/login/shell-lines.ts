/** Statements of shell start-up files that change what later commands do, or that run something of their own. */
import { quotedWords } from "../assignment.ts";
import { numberedLines } from "../script-lines.ts";
import { statementsIn } from "./statements.ts";

export interface ShellLine {
  /** Such as "alias sudo", "function git", "PATH", "trap", "source", "runs". */
  readonly name: string;
  readonly runs: readonly string[];
  readonly sets: readonly string[];
  /** From 1. */
  readonly line: number;
}

const maxFound = 2000;
const loading =
  /^(?:PATH|MANPATH|CDPATH|FPATH|fpath|path|LD_\w{1,40}|DYLD_\w{1,40}|GCONV_PATH|PROMPT_COMMAND|BASH_ENV|ENV|ZDOTDIR|SHELL|NODE_OPTIONS|NODE_PATH|NODE_TLS_REJECT_UNAUTHORIZED|NODE_EXTRA_CA_CERTS|NPM_CONFIG_\w{1,40}|npm_config_\w{1,40}|PYTHON(?:PATH|STARTUP|HOME|USERBASE|BREAKPOINT)|PERL5(?:LIB|OPT|DB)|RUBY(?:OPT|LIB)|LUA_INIT|_?JAVA_(?:TOOL_)?OPTIONS|GIT_\w{1,40}|SSH_ASKPASS\w{0,20}|SSH_AUTH_SOCK|SUDO_(?:ASKPASS|EDITOR)|LESSOPEN|LESSCLOSE|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|HIST(?:FILE|SIZE|FILESIZE|CONTROL|IGNORE)|SAVEHIST|TMOUT|(?:https?|all|ftp)_proxy|(?:HTTPS?|ALL)_PROXY|SSL_CERT_(?:FILE|DIR)|CURL_HOME|WGETRC|INPUTRC|(?:OPENCLAW|CLAWDBOT|MOLTBOT)_(?:HOME|STATE_DIR|CONFIG_PATH|PROFILE))$/;
const named = /^([A-Za-z_]\w{0,100})\+?=/;
const exporting = /^(?:export|declare|typeset|readonly|local)[ \t]+(?:-\w{1,4}[ \t]+)*/;
const settingVariable =
  /^(?:set[ \t]+(?:-{1,2}[\w-]{1,12}[ \t]+)+|setenv[ \t]+)([A-Za-z_]\w{0,100})(?:[ \t]|$)/;
const functionHead =
  /^(?:function[ \t]+([^\s(){};|&<>]{1,100})|([^\s(){};|&<>=$"'`]{1,100})[ \t]*\([ \t]*\))/;
/** Programs that reach out, interpret code given to them, or start something that stays. */
const tools =
  /(?:^|[\s|;&(`"'/])(?:curl|wget|nc|ncat|netcat|socat|telnet|ssh|scp|sftp|rsync|ftp|tftp|openssl|base64|base32|xxd|python[\d.]{0,5}|perl|ruby|php|node|deno|bun|lua|gdb|bash|sh|dash|zsh|ksh|setsid|nohup|disown|crontab|at|batch|systemctl|systemd-run|loginctl|launchctl|screen|tmux|mkfifo|chattr|insmod|modprobe|docker|podman|openclaw|clawdbot|sudo|doas|su|tee|dd|xargs)(?=[\s;|&)`"']|$)/;
const places = /\/dev\/(?:tcp|udp|shm)\/|(?:^|[\s"'=;|&(@])(?:\/var)?\/tmp\//;

/** The statements worth a line each, in order; at most 2000. */
export function shellLines(text: string): readonly ShellLine[] {
  const found: ShellLine[] = [];
  for (const { line, number } of numberedLines(text)) {
    for (const { text: statement, background } of statementsIn(line)) {
      if (found.length >= maxFound) return found;
      const one = judge(statement, background);
      if (one !== undefined) found.push({ ...one, line: number });
    }
  }
  return found;
}

type Judged = Omit<ShellLine, "line">;

function judge(statement: string, background: boolean): Judged | undefined {
  const defined = functionHead.exec(statement);
  const name = defined?.[1] ?? defined?.[2];
  if (name !== undefined) return { name: `function ${name}`, runs: [], sets: [statement] };
  if (/^alias[ \t]/.test(statement)) return aliasOf(statement);
  const builtin = builtins.find(([pattern]) => pattern.test(statement))?.[1];
  if (builtin !== undefined) return { name: builtin, runs: [statement], sets: [] };
  const assigned = assignedIn(statement);
  if (assigned !== undefined) return assigned;
  if (background) return { name: "background", runs: [statement], sets: [] };
  return startsSomething(statement) ? { name: "runs", runs: [statement], sets: [] } : undefined;
}

const builtins: readonly (readonly [RegExp, string])[] = [
  [/^trap[ \t]/, "trap"],
  [/^(?:source|\.)[ \t]/, "source"],
  [/^(?:builtin[ \t]+|command[ \t]+)?eval[ \t]/, "eval"],
  [/^exec[ \t]+[^0-9<>&]/, "exec"],
];

/** What only looks for a file starts nothing. */
function startsSomething(statement: string): boolean {
  const asks = /^(?:\[{1,2}|test)[ \t]/.test(statement) && !/\$\(|`/.test(statement);
  return !asks && (tools.test(statement) || places.test(statement));
}

const references = /^"?(?:\$\w{1,100}|\$\{\w{1,100}\})+"?$/;
/** Such as $(dircolors -b) or "$(cat /etc/debian_chroot)": a program with options, paths and plain words. */
const plainCommand =
  /^"?\$\([ \t]*[\w./-]{1,100}(?:[ \t]+(?:-{1,2}[a-z][a-z-]{0,20}|[/~][\w./-]{0,100}|[a-z]{1,12}))*[ \t]*\)"?$/;

/** A value that is worked out and not written down: other variables alone, or what a program prints. */
export function showsCode(value: string): boolean {
  if (references.test(value) || plainCommand.test(value)) return true;
  return /^"?(?:\$\(|`)/.test(value) && tools.test(value);
}

/** `alias ls='ls -l'`, of fish and csh also `alias ls 'ls -l'`. */
function aliasOf(statement: string): Judged | undefined {
  const word = /^alias[ \t]+(?:-{1,2}\w{1,10}[ \t]+)*(?:--[ \t]+)?['"]?([^\s=;'"]{1,100})(?:=|[ \t]+\S)/.exec(
    statement,
  )?.[1];
  return word === undefined ? undefined : { name: `alias ${word}`, runs: [], sets: [statement] };
}

/** Only variables that say what is loaded or run: others may hold secrets, and their names tell nothing. */
function assignedIn(statement: string): Judged | undefined {
  const other = settingVariable.exec(statement)?.[1];
  if (other !== undefined)
    return loading.test(other) ? { name: other, runs: [], sets: [statement] } : undefined;
  const bare = statement.replace(exporting, "");
  const names = quotedWords(bare.slice(0, 8192)).map((word) => named.exec(word)?.[1]);
  const first = names.findIndex((name) => name !== undefined && loading.test(name));
  const name = names[first];
  if (name === undefined || names.slice(0, first).includes(undefined)) return undefined;
  const mixed = names.some((one) => one !== undefined && !loading.test(one));
  const whole = mixed ? piecesOf(bare) : [statement];
  return { name, runs: [], sets: whole };
}

function piecesOf(text: string): readonly string[] {
  return quotedWords(text.slice(0, 8192)).filter((word) => loading.test(named.exec(word)?.[1] ?? ""));
}
