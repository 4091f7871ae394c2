/** What the host's own logs tell, whatever file and format it came from. */
import type { Place } from "./records.ts";

export type HostEventKind =
  /** Somebody got in: ssh, console, graphical, a service's session. */
  | "login"
  | "login-failed"
  | "logout"
  | "sudo"
  | "sudo-refused"
  | "su"
  | "cron"
  /** A program was started, and what was done to a file that is watched, as the audit daemon saw it. */
  | "command"
  | "file"
  /** An account, group or password was made or changed. */
  | "account"
  | "boot"
  | "shutdown"
  | "install"
  | "upgrade"
  | "remove"
  /** A service started, stopped or failed. */
  | "service"
  /** Messages of the kernel that tell of modules, tracing or killed programs. */
  | "kernel"
  | "clock"
  /** The log itself: cleared, cut, turned off, or silent where it should not be. */
  | "log"
  | "other"
  /** A line or record that makes no sense. */
  | "unreadable";

export interface HostEvent {
  readonly kind: HostEventKind;
  readonly at?: string;
  /** For something that lasted. */
  readonly until?: string;
  /** The account that it happened to or that did it. */
  readonly user?: string;
  /** Address or terminal that it came from. */
  readonly from?: string;
  /** The program that logged it. */
  readonly program?: string;
  /** In one line: the logged message, or what the record says. */
  readonly text: string;
  readonly place: Place;
}
