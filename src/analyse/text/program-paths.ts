/** Where in a command a program, and not just any file, is named. Linear-time expressions, as in fetch-and-run.ts. */

const before =
  /(?:^|[;|&(`{!]\s{0,4}|\$\(\s{0,4}|=[-@:+!|]{0,4}["']?|(?:^|[\s;|&(=!@:+-])(?:[\w./~$%-]{0,80}\/)?(?:sh|bash|zsh|dash|ksh|fish|source|\.|exec|nohup|setsid|sudo|doas|env|nice|ionice|timeout|command|builtin|eval|then|do|else|python[\d.]{0,5}|node|deno|bun|perl|ruby|php|lua)\s{1,4}(?:-[\w=-]{1,20}\s{1,4}){0,4}(?:\d{1,6}[smh]?\s{1,4})?["']?|["'])$/;
const path = /(?:\/|~\/|\$HOME\/|\$\{HOME\}\/|%h\/)[^\s"'`;|&()<>]{1,400}/g;
const maxText = 65_536;
const maxPaths = 200;

/** Paths that stand where a program or a script to run stands; at most 200. */
export function programPaths(text: string): readonly string[] {
  const found: string[] = [];
  for (const line of text.slice(0, maxText).split("\n")) {
    for (const match of line.matchAll(path)) {
      if (found.length >= maxPaths) return found;
      if (before.test(line.slice(Math.max(0, match.index - 120), match.index))) found.push(match[0]);
    }
  }
  return found;
}

const temporary = /^(?:\/private)?\/(?:tmp|var\/tmp|dev\/shm|run\/shm|run\/user\/\d{1,10})\//;
const atHome =
  /^(?:~|\$HOME|\$\{HOME\}|%h|\/root|\/home\/[^/]{1,100}|\/Users\/[^/]{1,100}|\/var\/lib\/[^/]{1,100})\//;
/** Hidden folders of a home in which programs usually lie. */
const usual =
  /^\.(?:config|local|cache|npm|npm-global|npm-packages|nvm|fnm|volta|n|asdf|mise|bun|deno|cargo|rustup|pyenv|rbenv|rvm|sdkman|jenv|nodenv|goenv|go|pnpm|yarn|node_modules|nodebrew|oh-my-zsh|oh-my-bash|zsh|zinit|zprezto|antigen|bash_it|bash_completion\.d|bashrc\.d|fzf|linuxbrew|nix-profile|nix|venv|virtualenvs|poetry|pixi|conda|openclaw(?:-[\w.-]{1,60})?|clawdbot|moltbot|claw-ir|claude|codex|cursor|vscode(?:-server)?|gnupg|ssh|docker|kube|krew|dotnet|opam|ghcup|cabal|foundry|modular|lmstudio|ollama|tmux|vim|emacs\.d|dotfiles|git|github|husky)$/;

/** The few that lie elsewhere, too. */
const usualAnywhere = /^\.(?:venv|nvm|npm-global|pyenv|rbenv|asdf|linuxbrew|git|pnpm)$/;

/** What is unusual about the place of a program; undefined for an ordinary one. */
export function oddPlace(program: string): "temporary" | "hidden" | undefined {
  if (temporary.test(program)) return "temporary";
  const home = atHome.exec(program)?.[0];
  const parts = program.slice(home?.length ?? 1).split("/");
  // In a home the file itself may begin with a dot: start-up files do.
  const folders = home === undefined ? parts : parts.slice(0, -1);
  const known = home === undefined ? usualAnywhere : usual;
  const hidden = folders.some((part) => /^\.{3,}$|^\.{1,2}\s|^\.[^./]/.test(part) && !known.test(part));
  return hidden ? "hidden" : undefined;
}
