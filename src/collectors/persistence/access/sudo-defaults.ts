/** Settings of sudo that weaken it, with what each does (sudoers(5), SUDOERS OPTIONS). */
const says: readonly (readonly [RegExp, string])[] = [
  [/^!authenticate$/, "no password is asked for"],
  [/^!env_reset$/, "the caller's environment is kept"],
  [/^setenv$/, "callers may set any variable"],
  [
    /^env_(?:keep|check)\+?=.*\b(?:LD_\w+|PYTHON\w+|PERL\w+|NODE_\w+|BASH_ENV|ENV|RUBY\w+|GCONV_PATH|PATH)\b/,
    "keeps a variable that makes programs load other code",
  ],
  [/^!?env_(?:keep|check)\+?=.*\*/, "keeps variables by a pattern"],
  [/^timestamp_timeout=(?:-|\d{4,})/, "a password once given counts for ever"],
  [/^(?:!tty_tickets|timestamp_type=global)$/, "a password given in one terminal counts in all"],
  [/^(?:!syslog|!logfile|!log_allowed|!log_input|!log_output|!use_pty)$/, "less is logged or kept apart"],
  [
    /^(?:secure_path|exempt_group)=?.*(?:\/tmp|\/home|\/dev\/shm|\/var\/tmp|:\.|=\.)/,
    "programs are looked for in a folder that others write to",
  ],
  [/^!secure_path/, "programs are looked for in the caller's folders"],
  [
    /^(?:mailerpath|mailto|noexec_file|sesh_path|askpass|pam_service|pam_login_service|sendmail|iolog_dir|editor)\b=.*(?:\/tmp|\/home|\/dev\/shm|\/var\/tmp)/,
    "uses a program or folder that others write to",
  ],
  [/^(?:visiblepw|pwfeedback|insults_dir)$/, "shows what is typed"],
];

export function oddDefaults(setting: string): readonly string[] {
  const head = setting.slice(0, 2000);
  return says.filter(([pattern]) => pattern.test(head)).map(([, text]) => text);
}
