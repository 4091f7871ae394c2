/** Lines of tmpfiles.d(5): `type path mode user group age argument`, with shell-like quotes. */
import { quotedWords } from "../assignment.ts";

export interface TmpfilesLine {
  /** With its modifiers, such as "L+" or "f^". */
  readonly type: string;
  readonly path: string;
  readonly mode?: string;
  readonly user?: string;
  readonly argument?: string;
}

const sixWords = /^\s*((?:(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\])+\s+){6})(.*)$/s;

/** Undefined for what systemd-tmpfiles passes over. */
export function parseTmpfilesLine(text: string): TmpfilesLine | undefined {
  // The argument is the rest of the line, quotes and blanks included.
  const head = sixWords.exec(text.slice(0, 8192));
  const words = quotedWords((head?.[1] ?? text.slice(0, 8192)).trim());
  const [type = "", path = "", mode, user] = words;
  if (!/^[a-zA-Z][-+!=~^$?]{0,6}$/.test(type) || !/^[/%]/.test(path)) return undefined;
  const argument = head?.[2] ?? words.slice(6).join(" ");
  return {
    ...{ type, path },
    ...told("mode", mode),
    ...told("user", user),
    ...told("argument", argument),
  };
}

/** "-" stands for what is usual. */
function told<N extends string>(name: N, value: string | undefined): { readonly [K in N]?: string } {
  const given = value !== undefined && value !== "-" && value !== "";
  return (given ? { [name]: value } : {}) as { readonly [K in N]?: string };
}

/** Types that write a file, a link, a device or an attribute: what only makes a folder or cleans up plants nothing. */
const planting = /^[fFwpLcbCtThHaAzZ]/;

export function plants({ type }: TmpfilesLine): boolean {
  return planting.test(type);
}

const places =
  /^\/etc\/(?:cron|anacrontab|ld\.so|pam|sudoers|systemd|profile|bash|zsh|ssh|environment|rc\.local|init\.d|passwd|shadow|group|udev|apt|polkit-1|xdg)|\/\.(?:ssh|bashrc|profile|bash_\w|zsh\w|config\/(?:systemd|autostart))|\/authorized_keys|^\/var\/spool\/(?:cron|at)|^\/(?:usr\/)?(?:local\/)?s?bin\/|\/systemd\/(?:system|user)\b/;

/** Facts that make such a line stand out. */
export function oddTmpfiles(line: TmpfilesLine): readonly string[] {
  const { path, mode, type } = line;
  const digits = (mode ?? "").replace(/^[~:]*/, "");
  const folder = /^[dDevqQ]/.test(type);
  // "z" and "Z" set the mode of folders as well, whose set-group bit is usual.
  const setId =
    /^[0-7]{4}$/.test(digits) && !folder && (/^[zZ]/.test(type) ? /^[4-7]/ : /^[2-7]/).test(digits);
  return [
    ...(plants(line) && places.test(path) ? ["writes to a place from which something is run or let in"] : []),
    ...(setId ? ["makes a file that runs as its owner"] : []),
  ];
}
