/** A real case in a temporary data folder, a fake host, and steps that do what a test says. */
import { afterAll } from "vitest";
import { createCase, openCase } from "../../src/case/index.ts";
import type { Case } from "../../src/case/types.ts";
import type { Host } from "../../src/host/host.ts";
import { str } from "../../src/model/json.ts";
import type { Installation, Target } from "../../src/openclaw/types.ts";
import { runPlaybook } from "../../src/playbooks/run.ts";
import type {
  Playbook,
  PlaybookStep,
  RunEvent,
  RunSummary,
  Step,
  StepContext,
  StepResult,
} from "../../src/playbooks/types.ts";
import { fakeHost, type FakeHost, type FakeHostOptions } from "../support/fake-host.ts";

export type StepEvent = Extract<RunEvent, { type: "step" }>;

/** A step that is done at once, or does what `run` says. */
export function fakeStep(
  id: string,
  run: (context: StepContext) => StepResult | Promise<StepResult> = () => ({ state: "done" }),
  more: Partial<Omit<Step, "id" | "run">> = {},
): Step {
  return {
    id,
    stage: "collect",
    title: `Title of ${id}`,
    mutates: "case",
    plan: () => `do ${id}`,
    ...more,
    run: async (context) => run(context),
  };
}

export function fakePlaybook(...entries: readonly (string | PlaybookStep)[]): Playbook {
  const steps = entries.map((entry) => (typeof entry === "string" ? { id: entry } : entry));
  return { id: "fake", title: "A fake playbook", when: "In tests.", steps, remember: [] };
}

export interface Walked {
  readonly events: readonly RunEvent[];
  readonly steps: readonly StepEvent[];
  /** "id state" of every step event, in order. */
  readonly told: readonly string[];
  readonly summary: RunSummary | undefined;
  readonly thrown: unknown;
}

export interface Stage {
  readonly fake: FakeHost;
  readonly subject: Case;
  readonly said: readonly string[];
  readonly walk: (playbook: Playbook, steps: readonly Step[], resume?: boolean) => Promise<Walked>;
  /** As a new claw-ir would find it: the case is released and opened again. */
  readonly reopen: (host?: Host) => Promise<Stage>;
  readonly context: StepContext;
}

export interface StageOptions extends FakeHostOptions {
  readonly live?: boolean;
  readonly found?: boolean;
}

const made: FakeHost[] = [];
afterAll(async () => {
  for (const fake of made) await fake.cleanup();
});

export async function stage(options: StageOptions = {}): Promise<Stage> {
  const fake = await fakeHost(options);
  made.push(fake);
  const dataDir = fake.path("data");
  await fake.host.fs.mkdir(dataDir);
  const subject = await createCase(fake.host, { dataDir, playbook: "fake", title: "A fake playbook" });
  return stageOf(fake, fake.host, subject, { dataDir, ...options });
}

function stageOf(
  fake: FakeHost,
  host: Host,
  subject: Case,
  options: StageOptions & { readonly dataDir: string },
): Stage {
  const said: string[] = [];
  const { dataDir } = options;
  const context: StepContext = {
    host,
    case: subject,
    target: targetOf(fake, options.live ?? true),
    installation: installationOf(targetOf(fake, options.live ?? true), options.found ?? true),
    options: { dataDir, dryRun: false, json: false, verbose: false, recipients: [], passphraseGiven: false },
    playbook: { id: "fake", title: "A fake playbook", when: "Never", steps: [], remember: [] },
    say: (text) => void said.push(text),
    memory: {
      secrets: new Map(),
      credentials: [],
      devices: [],
      startedAt: host.clock.monotonic(),
      onEnd: () => undefined,
    },
  };
  return {
    fake,
    subject,
    said,
    context,
    walk: (playbook, steps, resume = false) =>
      collect(runPlaybook({ playbook, steps: new Map(steps.map((one) => [one.id, one])), context, resume })),
    reopen: async (next = host) => {
      await subject.release();
      return stageOf(fake, next, await openCase(next, { dataDir, id: subject.info.id }), options);
    },
  };
}

export async function collect(run: AsyncIterable<RunEvent>): Promise<Walked> {
  const events: RunEvent[] = [];
  let thrown: unknown;
  try {
    for await (const event of run) events.push(event);
  } catch (error) {
    thrown = error;
  }
  const steps = events.filter((event) => event.type === "step");
  return {
    events,
    steps,
    told: steps.map(({ id, state }) => `${id} ${state}`),
    summary: events.find((event) => event.type === "summary"),
    thrown,
  };
}

/** The journal's step entries as "id state". */
export function journaled(subject: Case): readonly string[] {
  return [...subject.journal.entries()]
    .filter(({ kind }) => kind === "step")
    .map(({ body }) => `${str(body["id"]) ?? "?"} ${str(body["state"]) ?? "?"}`);
}

export function targetOf(fake: FakeHost, live: boolean): Target {
  const stateDir = fake.path("~/.openclaw");
  return {
    live,
    ...(live ? {} : { notLiveBecause: "the file system under /mnt is examined, not the running host" }),
    root: live ? "/" : fake.root,
    home: fake.home,
    stateDir,
    configPath: `${stateDir}/openclaw.json`,
    toHost: (path) => (live ? path : path.slice(fake.root.length)),
    toReal: (path) => path,
  };
}

export function installationOf(target: Target, found: boolean): Installation {
  return {
    found,
    target,
    layout: found ? "sqlite-2026.9" : "none",
    config: { outcome: "ok", path: target.toHost(target.configPath), value: {}, files: [] },
    agents: [],
    databases: [],
    outside: [],
    gatewayPort: 18789,
    gatewayBind: "loopback",
    problems: found ? [] : ["There is no OpenClaw state."],
  };
}
