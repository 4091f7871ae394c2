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

/** Undefined for what systemd-tmpfiles passes over. */
export function parseTmpfilesLine(text: string): TmpfilesLine | undefined {
  // The argument is the rest of the line, quotes and blanks included.
  const head = /^\s*((?:\S+\s+){6})(.*)$/s.exec(text.slice(0, 8192));
  const words = quotedWords((head?.[1] ?? text.slice(0, 8192)).trim());
  const [type, path, mode, user] = words;
  if (type === undefined || path === undefined) return undefined;
  if (!/^[a-zA-Z][-+!=~^$?]{0,6}$/.test(type) || !/^[/%]/.test(path)) return undefined;
  const argument = head?.[2] ?? words.slice(6).join(" ");
  const told = (value: string | undefined): value is string => value !== undefined && value !== "-";
  return {
    type,
    path,
    ...(told(mode) ? { mode } : {}),
    ...(told(user) ? { user } : {}),
    ...(told(argument) && argument !== "" ? { argument } : {}),
  };
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
  const setId = /^[0-7]{4}$/.test(digits) && /^[2467]/.test(digits) && !/^[dDevqQzZ]/.test(type);
  return [
    ...(plants(line) && places.test(path) ? ["writes to a place from which something is run or let in"] : []),
    ...(setId ? ["makes a file that runs as its owner"] : []),
  ];
}
