/** The output of ps(1), lsof(8) and who(1) as records: pure functions, for systems without /proc. */
import type { LoginRecord, ProcessRecord, SocketRecord } from "../processes.ts";

/** `ps -axww -o pid=,ppid=,uid=,pgid=,sess=,stat=,user=,lstart=,comm=`; `commands` maps pid to the command line. */
export const psColumns = "pid=,ppid=,uid=,pgid=,stat=,user=,lstart=,comm=";

const psLine = /^ *(\d+) +(\d+) +(\d+) +(\d+) +(\S+) +(\S+) +(\S{3} +\S{3} +\d+ [\d:]{8} \d{4}) +(.*)$/;

export function parsePs(text: string, commands: ReadonlyMap<number, string>): readonly ProcessRecord[] {
  return text
    .split("\n")
    .map((line) => processOf(psLine.exec(line)?.slice(1) ?? [], commands))
    .filter((record) => record !== undefined);
}

function processOf(
  fields: readonly string[],
  commands: ReadonlyMap<number, string>,
): ProcessRecord | undefined {
  const [pid, ppid, uid, pgid] = fields.slice(0, 4).map(Number);
  const [state, user, started, comm] = fields.slice(4);
  const time = Date.parse(started ?? "");
  if (pid === undefined || ppid === undefined || uid === undefined || pgid === undefined) return undefined;
  if (state === undefined || user === undefined || comm === undefined || Number.isNaN(time)) return undefined;
  return {
    pid,
    ppid,
    uid,
    pgid,
    user,
    comm: comm.slice(comm.lastIndexOf("/") + 1),
    argv: argvOf(commands.get(pid), comm),
    ...(comm.startsWith("/") ? { exe: comm } : {}),
    state: state.slice(0, 1),
    // Seconds since the epoch stand in for ticks: with the pid they name a process as well.
    startTicks: Math.floor(time / 1000),
    startedAt: new Date(time).toISOString(),
  };
}

/** ps joins arguments with spaces: only the program's own name can be told apart with certainty. */
function argvOf(command: string | undefined, comm: string): readonly string[] {
  if (command === undefined) return [];
  const rest = comm !== "" && command.startsWith(comm) ? command.slice(comm.length) : undefined;
  const args = (rest ?? command).split(" ").filter((word) => word !== "");
  return rest === undefined ? args : [comm, ...args];
}

/** `ps -axww -o pid=,command=`. */
export function parseCommands(text: string): ReadonlyMap<number, string> {
  const commands = new Map<number, string>();
  for (const line of text.split("\n")) {
    const match = /^ *(\d+) (.*)$/.exec(line);
    if (match !== null) commands.set(Number(match[1]), (match[2] ?? "").trim());
  }
  return commands;
}

/** "127.0.0.1:80->10.0.0.1:5000", "[::1]:80", "*:80". */
function endpoint(text: string | undefined): { readonly address: string; readonly port: number } {
  const colon = text?.lastIndexOf(":") ?? -1;
  if (text === undefined || colon < 0) return { address: "", port: 0 };
  const address = text.slice(0, colon).replace(/^\[|\]$/g, "");
  return { address: address === "*" ? "0.0.0.0" : address, port: Number(text.slice(colon + 1)) || 0 };
}

/** `lsof -nP -i -F pPtunT`: one field per line, "p" opens a process, "f" a file. */
export function parseLsof(text: string): readonly SocketRecord[] {
  const records: SocketRecord[] = [];
  let pid = 0;
  let uid = -1;
  let file = new Map<string, string>();
  const close = (): void => {
    const record = socketOf(file, pid, uid);
    if (record !== undefined) records.push(record);
    file = new Map();
  };
  for (const line of text.split("\n")) {
    const [key, value] = [line.slice(0, 1), line.slice(1)];
    if (key === "p" || key === "f") close();
    if (key === "p") pid = Number(value);
    else if (key === "u") uid = Number(value);
    else if (key === "T" && value.startsWith("ST=")) file.set("T", value.slice(3));
    else if (key !== "T") file.set(key, value);
  }
  close();
  return records;
}

function socketOf(file: ReadonlyMap<string, string>, pid: number, uid: number): SocketRecord | undefined {
  const protocol = file.get("P")?.toLowerCase();
  const name = file.get("n");
  if (name === undefined || (protocol !== "tcp" && protocol !== "udp")) return undefined;
  const [localText, remoteText] = name.split("->");
  const local = endpoint(localText);
  const remote = endpoint(remoteText);
  const six = file.get("t") === "IPv6";
  return {
    protocol: six ? `${protocol}6` : protocol,
    state: file.get("T") ?? (protocol === "udp" ? "UNCONN" : "UNKNOWN"),
    localAddress: local.address,
    localPort: local.port,
    remoteAddress: remote.address,
    remotePort: remote.port,
    uid,
    inode: 0,
    pids: [pid],
  };
}

/** `who -u`-like lines: user, line, time, and the remote host in parentheses. */
export function parseWho(text: string): readonly LoginRecord[] {
  const records: LoginRecord[] = [];
  for (const line of text.split("\n")) {
    const [user, tty] = line.trim().split(/\s+/);
    if (user === undefined || user === "" || tty === undefined) continue;
    const host = /\(([^()]*)\)\s*$/.exec(line)?.[1] ?? "";
    records.push({ user, line: tty, host, pid: 0 });
  }
  return records;
}
