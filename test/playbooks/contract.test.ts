/** What holds for every playbook and step of the registries, whoever adds one. */
import { describe, expect, it } from "vitest";
import { stages, type Stage } from "../../src/model/stages.ts";
import { isPlaybookId, playbooks, type PlaybookId } from "../../src/playbooks/index.ts";
import { isStepId, steps } from "../../src/playbooks/steps/index.ts";
import type { Playbook, PlaybookStep, Step } from "../../src/playbooks/types.ts";
import { fakeHost } from "../support/fake-host.ts";
import { installationOf, targetOf } from "./stage.ts";

const all: readonly Step[] = [...steps.values()];
const registry: readonly [PlaybookId, Playbook][] = Object.entries(playbooks).map(([id, playbook]) => {
  if (!isPlaybookId(id)) throw new Error(`${id} is no playbook`);
  return [id, playbook];
});
const order = (stage: Stage): number => stages.indexOf(stage);

function stepOf({ id }: PlaybookStep): Step {
  const step = steps.get(id);
  if (step === undefined) throw new Error(`${id} is no step`);
  return step;
}

describe("the registry of steps", () => {
  it("has every step once, under its own id", () => {
    expect(steps.size).toBe(new Set(all.map(({ id }) => id)).size);
    for (const [id, step] of steps) expect(id).toBe(step.id);
    expect(isStepId("volatile/discover")).toBe(true);
    expect(isStepId("toString")).toBe(false);
  });

  it.each(all.map((step) => [step.id, step] as const))("%s is named after its stage", (id, step) => {
    expect(id).toMatch(new RegExp(`^${step.stage}/[a-z]+(-[a-z]+)*$`));
    expect(stages).toContain(step.stage);
  });

  it.each(all.map((step) => [step.id, step] as const))(
    "%s has a title a person can read",
    (_id, { title }) => {
      expect(title).toMatch(/^[A-Z][^\n]{8,100}[^.!?\s]$/);
    },
  );

  it.each(all.map((step) => [step.id, step] as const))(
    "%s plans in one sentence that depends on nothing but where it looks",
    async (_id, step) => {
      const fake = await fakeHost();
      const options = {
        dataDir: "/data",
        dryRun: true,
        json: false,
        verbose: false,
        recipients: [],
        passphraseGiven: false,
      };
      for (const live of [true, false]) {
        for (const found of [true, false]) {
          const target = targetOf(fake, live);
          const text = step.plan({ target, installation: installationOf(target, found), options });
          expect(text).toMatch(/^[a-z][^\n]{15,300}[^.\s]$/);
          expect(text).not.toMatch(/undefined|\[object|sk-|token [0-9a-f]{16}/);
        }
      }
      expect(fake.written).toEqual([]);
      await fake.cleanup();
    },
  );

  it("acts on processes on the live host only, and reads the state only where there is one", () => {
    for (const step of all) {
      if (step.mutates === "host") expect(step).toMatchObject({ liveOnly: true });
      if (step.mutates === "state") expect(step).toMatchObject({ needsState: true });
    }
  });

  it("uses every step in some playbook", () => {
    const used = new Set(registry.flatMap(([, playbook]) => playbook.steps.map(({ id }) => id)));
    expect(all.map(({ id }) => id).filter((id) => !used.has(id))).toEqual([]);
  });
});

describe.each(registry)("the playbook %s", (id, playbook) => {
  const walk = playbook.steps.map((entry) => ({ ...entry, step: stepOf(entry) }));
  const at = (wanted: string): number => walk.findIndex((entry) => entry.id === wanted);

  it("is known by its own id, and says when to use it", () => {
    expect(playbook.id).toBe(id);
    expect(playbook.title).toMatch(/^[A-Z].*[^.]$/);
    expect(playbook.when).toMatch(/^[A-Z].*\.$/);
  });

  it("has each step once", () => {
    expect(new Set(walk.map((entry) => entry.id)).size).toBe(walk.length);
  });

  it("follows the flow of the stages", () => {
    const flow = walk.map(({ step }) => order(step.stage));
    expect(flow).toEqual([...flow].sort((a, b) => a - b));
  });

  it("begins with the look that teaches the redactor, and ends with the report; both always run", () => {
    expect(walk[0]).toMatchObject({ id: "volatile/discover", always: true });
    expect(walk.at(-1)).toMatchObject({ id: "report/write", always: true });
  });

  it("captures what a stop would destroy before the stop", () => {
    if (at("contain/stop-gateway") < 0) return;
    expect(at("volatile/capture")).toBeGreaterThan(0);
    expect(at("volatile/capture")).toBeLessThan(at("contain/stop-gateway"));
  });

  it("changes nothing but the gateway's running before the seal", () => {
    const seal = at("preserve/seal");
    const changing = walk.filter(({ step }) => ["state", "host", "remote"].includes(step.mutates));
    const before = changing.filter((entry) => seal < 0 || at(entry.id) < seal).map((entry) => entry.id);
    expect(before.filter((one) => one !== "contain/stop-gateway")).toEqual([]);
    if (seal >= 0) expect(walk[seal]).toMatchObject({ stopOnFailure: true });
  });

  it("starts the gateway on an explicit yes only", () => {
    const start = walk.find((entry) => entry.id === "recover/start-gateway");
    if (start === undefined) return;
    expect(start.confirm).toMatchObject({ id: "recover.start", default: false, explicit: true });
  });

  it("remembers in whole sentences, each once", () => {
    expect(playbook.remember.length).toBeGreaterThan(0);
    expect(new Set(playbook.remember).size).toBe(playbook.remember.length);
    for (const line of playbook.remember) expect(line).toMatch(/^[A-Z].{20,300}\.$/);
  });
});

describe("the playbooks of the mission", () => {
  it.each(["key-compromised", "token-compromised", "device-compromised"] as const)(
    "%s goes through all eight stages",
    (id) => {
      expect(new Set(playbooks[id].steps.map((entry) => stepOf(entry).stage))).toEqual(new Set(stages));
    },
  );

  it("cost-spike has no rotation: it leads to key-compromised where the key is used elsewhere", () => {
    expect(playbooks["cost-spike"].steps.some((entry) => stepOf(entry).stage === "rotate")).toBe(false);
    expect(playbooks["cost-spike"].remember.join(" ")).toContain("claw-ir key-compromised");
  });

  it("collect changes nothing outside the case", () => {
    for (const entry of playbooks.collect.steps) expect(["none", "case"]).toContain(stepOf(entry).mutates);
  });
});
