/** Passwords that were typed where a user name is asked for: failed logins keep them in the clear, and claw-ir does not. */
import type { Redactor } from "../../../case/types.ts";
import type { HostEvent } from "../../../model/log-records.ts";
import { Secret, showMark } from "../../../model/secret.ts";
import { accounts } from "../../users.ts";
import type { Sources } from "../../sources.ts";

const shortest = 8;

/** Long, with a digit, and with letters of both cases or a sign that names of accounts do not have. */
export function looksTyped(name: string): boolean {
  if (name.length < shortest || !/\d/.test(name)) return false;
  return (/[a-z]/.test(name) && /[A-Z]/.test(name)) || /[^\w.-]/.test(name);
}

/**
 * The event with a keyed mark in place of such a name. The redactor does not learn it: whoever tries to log in would choose what is
 * blanked out elsewhere. An account that `known` holds stays, and of sshd one that it does not call invalid.
 */
export function withoutTyped(
  event: HostEvent,
  known: ReadonlySet<string>,
  redactor: Pick<Redactor, "mark">,
): HostEvent {
  const { kind, user, program = "", text } = event;
  if (kind !== "login-failed" || user === undefined || known.has(user) || !looksTyped(user)) return event;
  if (program.startsWith("sshd") && !/invalid user/i.test(text)) return event;
  const mark = showMark(redactor.mark(new Secret(user)));
  const hex = Buffer.from(user).toString("hex").toUpperCase();
  // A text that was cut in the middle of the name holds a part of it.
  if (!text.includes(user) && !text.includes(hex))
    return { ...event, user: mark, text: `login failed: ${mark}` };
  return { ...event, user: mark, text: text.replaceAll(user, () => mark).replaceAll(hex, () => mark) };
}

/** For the events of the examined host, whose own accounts are known. */
export async function typedNames(sources: Sources): Promise<(event: HostEvent) => HostEvent> {
  const known = new Set((await accounts(sources)).map(({ user }) => user));
  return (event) => withoutTyped(event, known, sources.redactor);
}
