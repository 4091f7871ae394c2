/** Lines of the audit daemon's log: pure. Format: auditd(8), ausearch(8). */
import type { HostEvent, HostEventKind } from "../../../model/log-records.ts";
import { isoOf } from "../../../model/json.ts";

const kinds: Readonly<Record<string, HostEventKind>> = {
  USER_LOGIN: "login",
  USER_CMD: "sudo",
  ADD_USER: "account",
  DEL_USER: "account",
  ADD_GROUP: "account",
  DEL_GROUP: "account",
  USER_CHAUTHTOK: "account",
  USER_MGMT: "account",
  GRP_MGMT: "account",
  ROLE_ASSIGN: "account",
  SYSTEM_BOOT: "boot",
  SYSTEM_SHUTDOWN: "shutdown",
  CONFIG_CHANGE: "log",
  DAEMON_START: "log",
  DAEMON_END: "log",
  DAEMON_ABORT: "log",
  DAEMON_CONFIG: "log",
  KERN_MODULE: "kernel",
  ANOM_PROMISCUOUS: "kernel",
  ANOM_ABEND: "kernel",
  TIME_ADJNTPVAL: "clock",
};

/** The value of one field: in double quotes, or hex where it holds something that is no plain text. */
function field(text: string, name: string): string | undefined {
  const at = text.search(new RegExp(`(?:^|[ '\\x1d])${name}=`));
  if (at < 0) return undefined;
  const from = text.indexOf("=", at) + 1;
  if (text[from] === '"') {
    const end = text.indexOf('"', from + 1);
    return text.slice(from + 1, end < 0 ? undefined : end);
  }
  const bare = /^[^ '\x1d]*/.exec(text.slice(from, from + 8192))?.[0] ?? "";
  return /^(?:[0-9A-F]{2}){2,}$/.test(bare) && ["cmd", "acct", "exe"].includes(name)
    ? Buffer.from(bare, "hex").toString("utf8")
    : bare;
}

/** Undefined for the many lines that tell nothing of the kind; "unreadable" for what is no line of it. */
export function parseAuditLine(line: string, place: HostEvent["place"]): HostEvent | undefined {
  const match =
    /^(?:node=\S+ )?type=([A-Z_0-9]+|UNKNOWN\[\d+\]) msg=audit\((\d{1,12})\.(\d{3}):\d+\): ?(.*)$/s.exec(
      line,
    );
  if (match === null) return { kind: "unreadable", text: line.slice(0, 200), place };
  const [, type = "", seconds = "0", millis = "0", rest = ""] = match;
  const kind = kindOf(type, field(rest, "res"));
  if (kind === undefined) return undefined;
  const at = isoOf(Number(seconds) * 1000 + Number(millis));
  const text = `${type} ${field(rest, "cmd") ?? rest}`.slice(0, 2000);
  return { kind, ...(at === undefined ? {} : { at }), ...whoOf(rest), program: "auditd", text, place };
}

function kindOf(type: string, result: string | undefined): HostEventKind | undefined {
  const usual = kinds[type];
  if (result !== "failed" && result !== "0") return usual;
  return usual === "login" ? "login-failed" : usual === "sudo" ? "sudo-refused" : usual;
}

const nobody = "4294967295";

function whoOf(rest: string): Pick<HostEvent, "user" | "from"> {
  const user = field(rest, "acct") ?? field(rest, "auid");
  const places = ["addr", "hostname", "terminal"].map((name) => field(rest, name));
  const from = places.find((value) => value !== undefined && value !== "?" && value !== "");
  return {
    ...(user === undefined || user === nobody ? {} : { user }),
    ...(from === undefined ? {} : { from }),
  };
}
