/** Which settings of git run a program or send it somewhere else (git-config(1)). */
import type { GitSetting } from "./git-config.ts";

export type GitEffect = "runs" | "sets";

const runs: readonly RegExp[] = [
  /^core\.(?:pager|editor|sshcommand|gitproxy|askpass|alternaterefscommand)$/,
  /^(?:pager|pretty)\..+$/,
  /^sequence\.editor$/,
  /^credential(?:\..+)?\.helper$/,
  /^filter\..+\.(?:clean|smudge|process)$/,
  /^diff\.external$/,
  /^diff\..+\.(?:command|textconv)$/,
  /^merge\..+\.driver$/,
  /^(?:difftool|mergetool|guitool|browser|man|web|gpg|gpg\..+)\.?.*\.(?:cmd|path|program|defaultkeycommand)$/,
  /^gpg(?:\.\w{1,20})?\.program$/,
  /^gpg\.ssh\.defaultkeycommand$/,
  /^interactive\.difffilter$/,
  /^(?:remote|submodule)\..+\.(?:uploadpack|receivepack|vcs|proxy|update)$/,
  /^(?:uploadpack\.packobjectshook|receive\.procreceiverefs|sendemail\..*(?:cmd|sendmailcmd|smtpserver))$/,
  /^(?:trailer|tar|imap|instaweb)\..+\.?(?:cmd|command|tunnel|httpd)$/,
  /^(?:http|core)\.(?:curloptresolve|gitproxy)$/,
];
const sets =
  /^(?:core\.(?:hookspath|worktree|attributesfile|excludesfile)|init\.templatedir|include\.path|includeif\..+\.path|url\..+\.(?:insteadof|pushinsteadof)|http(?:\..+)?\.(?:proxy|sslverify|sslcainfo|extraheader|cookiefile)|safe\.directory|protocol\..*allow|remote\..+\.pushurl|extensions\.worktreeconfig)$/;

/** Values that do nothing: git's own programs, and words that switch something. */
const tame =
  /^(?:|true|false|yes|no|on|off|cat|less(?: [-A-Za-z]+)*|more|delta|vim?|nvim|nano|emacs|code --wait|ssh|gpg2?|cache(?: --timeout[= ]\d+)?|store|osxkeychain|manager|manager-core|libsecret|git-lfs (?:clean -- %f|smudge -- %f|filter-process)|!?(?:\/usr\/bin\/)?gh auth git-credential|checkout|merge|rebase|none)$/;

/** What a setting does, and whether its value is one of the usual harmless ones; undefined for settings that run nothing. */
export function effectOf({
  name,
  value,
}: GitSetting): { readonly effect: GitEffect; readonly tame: boolean } | undefined {
  if (/^alias\./.test(name))
    return value.trimStart().startsWith("!") ? { effect: "runs", tame: false } : undefined;
  if (name === "core.fsmonitor")
    return /^(?:true|false|yes|no|on|off|1|0|)$/i.test(value) ? undefined : { effect: "runs", tame: false };
  if (/^submodule\..+\.update$/.test(name))
    return value.startsWith("!") ? { effect: "runs", tame: false } : undefined;
  if (runs.some((pattern) => pattern.test(name))) return { effect: "runs", tame: tame.test(value.trim()) };
  return sets.test(name) ? { effect: "sets", tame: false } : undefined;
}
