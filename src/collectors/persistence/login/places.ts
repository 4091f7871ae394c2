/** Files that shells, login managers and direnv run or load, and when. */
export interface StartPlace {
  /** Below a home folder, or absolute. */
  readonly path: string;
  readonly trigger: string;
  readonly kind: "shell" | "environment" | "pam-env" | "inputrc";
}

function places(
  kind: StartPlace["kind"],
  trigger: string,
  ...paths: readonly string[]
): readonly StartPlace[] {
  return paths.map((path) => ({ path, trigger, kind }));
}

export const homeFiles: readonly StartPlace[] = [
  ...places("shell", "login", ".profile", ".bash_profile", ".bash_login"),
  ...places("shell", "interactive bash", ".bashrc", ".bash_aliases"),
  ...places("shell", "end of a login", ".bash_logout"),
  ...places("shell", "every zsh", ".zshenv", ".config/zsh/.zshenv"),
  ...places("shell", "login zsh", ".zprofile", ".zlogin", ".config/zsh/.zprofile"),
  ...places("shell", "interactive zsh", ".zshrc", ".config/zsh/.zshrc"),
  ...places("shell", "end of a zsh login", ".zlogout"),
  ...places("shell", "interactive ksh", ".kshrc", ".mkshrc"),
  ...places("shell", "csh", ".cshrc", ".tcshrc", ".login", ".logout"),
  ...places("inputrc", "interactive shell", ".inputrc"),
  ...places("pam-env", "login", ".pam_environment"),
  ...places("shell", "graphical login", ".xprofile", ".xsessionrc", ".xsession", ".xinitrc", ".Xclients"),
  ...places("shell", "direnv in the home folder", ".envrc"),
  ...places("shell", "every direnv", ".direnvrc", ".config/direnv/direnvrc"),
  ...places("shell", "fish", ".config/fish/config.fish"),
  ...places("shell", "interactive sh", ".shrc"),
  ...places("shell", "other shells", ".xonshrc", ".config/elvish/rc.elv", ".config/ion/initrc"),
  ...places("shell", "other shells", ".config/oil/oshrc", ".config/oil/yshrc", ".config/nushell/config.nu"),
  ...places("shell", "other shells", ".config/powershell/profile.ps1"),
];

/** Every file in them counts. */
export const homeFolders: readonly StartPlace[] = [
  ...places("shell", "interactive bash", ".bashrc.d", ".config/bash"),
  ...places("shell", "fish", ".config/fish/conf.d", ".config/fish/functions"),
  ...places("environment", "start of the account's service manager", ".config/environment.d"),
  ...places("shell", "start of Plasma", ".config/plasma-workspace/env"),
  ...places("shell", "every direnv", ".config/direnv/lib"),
];

export const systemFiles: readonly StartPlace[] = [
  ...places("shell", "login", "/etc/profile"),
  ...places("shell", "interactive bash", "/etc/bash.bashrc", "/etc/bashrc"),
  ...places("shell", "end of a login", "/etc/bash.bash_logout", "/etc/bash_logout"),
  ...places("shell", "every zsh", "/etc/zshenv", "/etc/zsh/zshenv"),
  ...places("shell", "login zsh", "/etc/zprofile", "/etc/zsh/zprofile", "/etc/zlogin", "/etc/zsh/zlogin"),
  ...places("shell", "interactive zsh", "/etc/zshrc", "/etc/zsh/zshrc"),
  ...places("shell", "end of a zsh login", "/etc/zlogout", "/etc/zsh/zlogout"),
  ...places("shell", "ksh", "/etc/ksh.kshrc", "/etc/mkshrc"),
  ...places("shell", "csh", "/etc/csh.cshrc", "/etc/csh.login", "/etc/csh.logout"),
  ...places("inputrc", "interactive shell", "/etc/inputrc"),
  ...places("environment", "login", "/etc/environment"),
  ...places("pam-env", "login", "/etc/security/pam_env.conf"),
  ...places("shell", "fish", "/etc/fish/config.fish"),
  ...places("shell", "other shells", "/etc/xonshrc", "/etc/powershell/profile.ps1"),
];

export const systemFolders: readonly StartPlace[] = [
  ...places("shell", "login", "/etc/profile.d"),
  ...places(
    "shell",
    "fish",
    "/etc/fish/conf.d",
    "/usr/share/fish/vendor_conf.d",
    "/usr/local/share/fish/vendor_conf.d",
  ),
  ...places(
    "shell",
    "graphical login",
    "/etc/X11/Xsession.d",
    "/etc/X11/xinit/xinitrc.d",
    "/etc/xdg/plasma-workspace/env",
  ),
  ...places(
    "environment",
    "start of every account's service manager",
    "/etc/environment.d",
    "/run/environment.d",
    "/usr/local/lib/environment.d",
    "/usr/lib/environment.d",
  ),
];

/** How a start-up file is written, by its place; undefined for shells whose assignments look otherwise. */
export function formAt(path: string): StartPlace["kind"] | undefined {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const place =
    systemFiles.find((one) => one.path === path) ??
    systemFolders.find((one) => one.path === folder) ??
    homeFiles.find((one) => path.endsWith(`/${one.path}`)) ??
    homeFolders.find((one) => folder.endsWith(`/${one.path}`));
  return place?.trigger === "other shells" ? undefined : (place?.kind ?? "shell");
}
