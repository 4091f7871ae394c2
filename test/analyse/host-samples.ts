/** What the marks over the running host and its logs must find and must leave alone. */
import type { HostFact } from "../../src/model/live-records.ts";
import type { HostEvent } from "../../src/model/log-records.ts";
import { read } from "../../src/model/outcome.ts";
import { before, type Changed, during, process, socket } from "./records.ts";

export function fact(given: Partial<HostFact> = {}): HostFact {
  return {
    kind: "file",
    name: "/tmp/tool",
    detail: "9 bytes",
    at: before,
    traits: [],
    place: { path: "/tmp/tool" },
    ...given,
  };
}
export function hostEvent(given: Partial<HostEvent> = {}): HostEvent {
  return {
    kind: "login",
    at: during,
    user: "claw",
    from: "203.0.113.9",
    program: "sshd",
    text: "Accepted publickey for claw from 203.0.113.9 port 50000 ssh2",
    place: { path: "/var/log/auth.log", locator: "line 1" },
    ...given,
  };
}

const failed = Array.from({ length: 6 }, (_, i) =>
  hostEvent({ kind: "login-failed", place: { path: "/var/log/btmp", locator: `byte ${i}` } }),
);
const module = (traits: HostFact["traits"]): HostFact =>
  fact({ kind: "module", name: "evil", traits, place: { path: "/proc/modules" } });
const taint = (traits: HostFact["traits"]): HostFact =>
  fact({ kind: "taint", name: "12288", traits, place: { path: "/proc/sys/kernel/tainted" } });
const gap = (text: string): HostEvent => hostEvent({ kind: "log", program: "wtmp", text });

export const hostSamples: Readonly<
  Record<string, { readonly hits: readonly Changed[]; readonly misses: readonly Changed[] }>
> = {
  "process-in-temp": {
    hits: [
      { readings: { processes: read([process({ exe: "/tmp/x" })]) } },
      { readings: { processes: read([process({ exe: "/dev/shm/.x" })]) } },
    ],
    misses: [
      { readings: { processes: read([process({ exe: "/tmpfiles/x" })]) } },
      { readings: { processes: read([process({ exe: "/opt/tmp/x", argv: ["/tmp/x"] })]) } },
    ],
  },
  "process-masked": {
    hits: [
      { readings: { processes: read([process({ argv: ["[kworker/0:1]"] })]) } },
      { readings: { processes: read([process({ tracer: 99 })]) } },
    ],
    misses: [
      {
        readings: {
          processes: read([{ ...process({ argv: [] }), comm: "kworker/0:1", kernelThread: true }]),
        },
      },
      {
        readings: {
          processes: read([process({ tracer: 11 }), process({ pid: 11, comm: "strace", argv: ["strace"] })]),
        },
      },
    ],
  },
  "mount-hides": {
    hits: [
      { readings: { mounts: read([fact({ kind: "mount", name: "/proc/77", traits: ["over-proc"] })]) } },
      { readings: { mounts: read([fact({ kind: "mount", traits: ["over-system-file"] })]) } },
    ],
    misses: [
      { readings: { mounts: read([fact({ kind: "mount", name: "/proc", traits: ["hides-processes"] })]) } },
    ],
  },
  "kernel-tainted": {
    hits: [
      { readings: { kernel: read([module(["out-of-tree"]), taint(["tainted", "out-of-tree"])]) } },
      { readings: { kernel: read([taint(["tainted", "unsigned"])]) } },
    ],
    misses: [{ readings: { kernel: read([module([]), taint(["tainted"])]) } }],
  },
  "socket-raw": {
    hits: [
      {
        readings: {
          sockets: read([socket({ protocol: "packet", holders: [{ pid: 5, comm: "python3" }] })]),
        },
      },
      { readings: { sockets: read([socket({ protocol: "raw6", holders: [{ pid: 5, comm: "x" }] })]) } },
    ],
    misses: [
      {
        readings: {
          sockets: read([
            socket({ protocol: "packet", holders: [{ pid: 5, comm: "dhclient" }] }),
            socket({ protocol: "raw", holders: [] }),
            socket({ protocol: "unix", holders: [{ pid: 5, comm: "x" }] }),
          ]),
        },
      },
    ],
  },
  "tunnel-open": {
    hits: [
      { readings: { network: read([fact({ kind: "tunnel-process", name: "ngrok", traits: ["tunnel"] })]) } },
    ],
    misses: [
      { readings: { network: read([fact({ kind: "tunnel-process", name: "tailscaled", traits: [] })]) } },
      { readings: { network: read([fact({ kind: "interface", name: "wg0", traits: ["tunnel"] })]) } },
    ],
  },
  "name-redirected": {
    hits: [{ readings: { network: read([fact({ kind: "host-name", traits: ["redirected-name"] })]) } }],
    misses: [{ readings: { network: read([fact({ kind: "host-name", name: "localhost" })]) } }],
  },
  "container-open": {
    hits: [
      { readings: { containers: read([fact({ kind: "container", traits: ["privileged"] })]) } },
      { readings: { containers: read([fact({ kind: "container", traits: ["container-socket"] })]) } },
    ],
    misses: [
      {
        readings: { containers: read([fact({ kind: "container", traits: ["agent-cell", "host-network"] })]) },
      },
    ],
  },
  "temp-executable": {
    hits: [
      { readings: { tempFiles: read([fact({ traits: ["executable", "hidden-name"] })]) } },
      { readings: { tempFiles: read([fact({ name: "/dev/shm/x", traits: ["binary"] })]) } },
      { readings: { tempFiles: read([fact({ at: during, traits: ["binary"] })]) } },
    ],
    misses: [
      { readings: { tempFiles: read([fact({ traits: ["executable", "binary"] })]) } },
      { readings: { tempFiles: read([fact({ at: during, traits: ["hidden-name"] })]) } },
      { readings: { tempFiles: read([fact({ kind: "dir", name: "/dev/shm/d", traits: ["hidden-name"] })]) } },
    ],
  },
  "login-in-window": {
    hits: [
      { readings: { loginRecords: read([hostEvent()]) } },
      { readings: { authLog: read([hostEvent(), ...failed]) } },
    ],
    misses: [
      { readings: { loginRecords: read([hostEvent({ at: before }), ...failed]) } },
      { readings: { journal: read([hostEvent({ kind: "sudo" })]) } },
    ],
  },
  "log-gap": {
    hits: [
      { readings: { loginRecords: read([gap("3 records of /var/log/wtmp were overwritten with zeros")]) } },
      { readings: { journal: read([gap("no entry for 40 hours while the machine ran")]) } },
      { readings: { auditLog: read([gap("CONFIG_CHANGE op=set audit_enabled=0 old=1 auid=1000")]) } },
    ],
    misses: [
      { readings: { journal: read([gap("Vacuuming done, freed 8.0M of archived journals")]) } },
      { readings: { authLog: read([hostEvent({ text: "no entry for 40 hours while the machine ran" })]) } },
    ],
  },
};
