import { at, list, str } from "../../model/json.ts";
import type { HostFact } from "../../model/live-records.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "sandbox-browser-open",
  title: "Sandbox that can be reached from beyond this machine",
  severity: "critical",
  attack: ["T1133", "T1185", "T1610"],
} as const;

const loopback = /^(?:127\.|::1$|localhost$|::ffff:127\.)/;
/** What listens there (src/agents/sandbox/constants.ts of OpenClaw). */
const known: Readonly<Record<string, string>> = {
  "9222": "its browser can be steered (CDP)",
  "5900": "its screen can be watched (VNC)",
  "6080": "its screen can be watched (noVNC)",
};

interface Opening {
  readonly port: string;
  readonly where: string;
}

/** Docker binds to every address where none is named. */
function openingsOf({ data }: HostFact): readonly Opening[] {
  return list(data?.["published"]).flatMap((one) => {
    const address = str(at(one, "address")) ?? "";
    const port = (str(at(one, "port")) ?? "").split("/", 1)[0] ?? "";
    if (loopback.test(address)) return [];
    return [{ port, where: `${address === "" ? "0.0.0.0" : address}:${str(at(one, "hostPort")) ?? ""}` }];
  });
}

export const sandboxBrowserOpen: Mark = {
  ...base,
  needs: ["containers", "sandboxes"],
  evaluate: (input) => {
    const registered = new Map(input.readings.sandboxes.records.map((sandbox) => [sandbox.name, sandbox]));
    return input.readings.containers.records.flatMap((fact) => {
      const sandbox = registered.get(fact.name);
      if (sandbox === undefined && !fact.traits.includes("sandbox")) return [];
      const openings = openingsOf(fact);
      if (openings.length === 0) return [];
      const isBrowser = sandbox?.kind === "browser" || openings.some(({ port }) => known[port] !== undefined);
      const says = openings
        .slice(0, 10)
        .map(
          ({ port, where }) => `${where} leads into it${known[port] === undefined ? "" : `: ${known[port]}`}`,
        )
        .join("; ");
      return finding(base, {
        key: fact.name,
        severity: isBrowser ? "critical" : "high",
        confidence: "confirmed",
        firstSeen: fact.at,
        summary: `sandbox ${quoted(input, fact.name)}: ${quoted(input, says, 300)}`,
        evidence: [
          evidenceAt("containers", fact.place, { input, excerpt: fact.detail }),
          ...(sandbox === undefined ? [] : [evidenceAt("sandboxes", sandbox.place)]),
        ],
        next: [
          "stop it; OpenClaw publishes such ports to 127.0.0.1 only (its `security audit` tells it as sandbox.browser_container.non_loopback_publish)",
        ],
      });
    });
  },
};
