import { createCase, openCase, resolveDataDir } from "../case/index.ts";
import type { Case } from "../case/types.ts";
import type { Host } from "../host/host.ts";
import { exits } from "../model/errors.ts";
import { findInstallation, resolveTarget, type Installation, type Target } from "../openclaw/index.ts";
import { dryRun } from "../playbooks/dry-run.ts";
import type { RunOptions } from "../playbooks/options.ts";
import { runPlaybook } from "../playbooks/run.ts";
import { steps } from "../playbooks/steps/index.ts";
import type { Playbook, RunEvent, RunMemory, RunSummary, StepContext } from "../playbooks/types.ts";
import { checkBeforehand, checkSecretFiles } from "./beforehand.ts";
import { carryOnCommand, checkTarget, rememberTarget } from "./carry-on.ts";
import type { Edge } from "./edge.ts";
import { orElsewhere } from "./elsewhere.ts";
import { checkOptions, refuseDemo, wishesOf, type CommonOptions } from "./options.ts";
import { jsonPresenter } from "./present/events.ts";
import { humanPresenter } from "./present/human.ts";
import type { Presenter } from "./present/presenter.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** The examined host as a command finds it, before any case exists. */
export interface Scene {
  readonly host: Host;
  readonly target: Target;
  readonly installation: Installation;
  readonly dataDir: string;
  readonly options: RunOptions;
  readonly presenter: Presenter;
  readonly startedAt: number;
  /** The command that goes on with a case of this scene; undefined for the demonstration, which ends with its run. */
  readonly carryOn: (caseId: string) => string | undefined;
  /** Ends what the scene brought along: the demonstration's process and folder. */
  readonly leave: () => Promise<void>;
}

/** Looks at the host and decides where cases are kept; a dry run does not make that folder. */
export async function enter(
  edge: Edge,
  options: CommonOptions,
  place: { readonly make: boolean } = { make: options.dryRun !== true },
): Promise<Scene> {
  checkOptions(options);
  const wishes = wishesOf(options);
  if (options.demo === true) {
    const { enterDemo } = await import("../demo/index.ts");
    const demo = await enterDemo(
      await edge.makeHost(wishes),
      (own) => edge.makeHost({ ...wishes, ...own }),
      // With --json stderr is left to the one object of a failure.
      { quiet: options.json === true && options.verbose !== true },
    );
    const own = { ...options, dataDir: options.dataDir ?? demo.dataDir };
    return scene(demo.host, demo.target, own, { place, leave: () => demo.leave(options.dataDir) });
  }
  const host = await edge.makeHost(wishes);
  await checkSecretFiles(host, options);
  const target = await resolveTarget(host, {
    ...(options.home === undefined ? {} : { home: options.home }),
    ...(options.root === undefined ? {} : { root: options.root }),
    ...(options.stateDir === undefined ? {} : { stateDir: options.stateDir }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
  });
  return scene(host, target, options, { place, leave: () => Promise.resolve() });
}

async function scene(
  host: Host,
  target: Target,
  options: CommonOptions,
  { place, leave }: Pick<Scene, "leave"> & { readonly place: { readonly make: boolean } },
): Promise<Scene> {
  // The demonstration's preparation is not part of what is measured.
  const startedAt = options.demo === true ? host.clock.monotonic() : 0;
  const installation = await findInstallation(host, target);
  const places = [installation.target.stateDir, ...installation.agents.map((agent) => agent.workspace)];
  const dataDir = await orElsewhere(host, () => resolveDataDir(host, options.dataDir, places, place));
  const json = options.json === true;
  const verbose = options.verbose === true;
  const carryOn = carryOnCommand(options);
  return {
    host,
    target,
    installation,
    dataDir,
    options: {
      dataDir,
      dryRun: options.dryRun === true,
      json,
      verbose,
      recipients: options.recipient ?? [],
      passphraseGiven: options.passphraseFrom !== undefined,
      ...(options.full === true ? { full: true } : {}),
    },
    presenter: json ? jsonPresenter(host, { verbose }) : humanPresenter(host, { verbose, carryOn }),
    startedAt,
    carryOn,
    leave,
  };
}

/** Runs a playbook on a new case, or on a given one to carry on with it. Returns the exit code. */
export async function runIncident(at: Scene, playbook: Playbook, caseId?: string): Promise<number> {
  at.presenter.expect(playbook.steps.flatMap(({ id }) => steps.get(id) ?? []));
  if (at.options.dryRun) {
    // A run tells them as the reason of its first step.
    for (const problem of at.installation.problems) at.presenter.say(problem);
    return present(at, dryRun(playbook, steps, at));
  }
  for (const line of await checkBeforehand(at.host, at.options)) at.presenter.say(line);
  const { host, dataDir } = at;
  const subject = await orElsewhere(host, () =>
    caseId === undefined
      ? createCase(host, { dataDir, playbook: playbook.id, title: playbook.title })
      : openCase(host, { dataDir, id: caseId }),
  );
  const { memory, end } = runMemory(at);
  return releasing(subject, end, async () => {
    if (caseId === undefined) rememberTarget(subject, at.target);
    else warn(at, checkTarget(subject, at.target, host));
    const context = contextOf(at, playbook, subject, memory);
    return await present(at, runPlaybook({ playbook, steps, context, resume: caseId !== undefined }));
  });
}

/** Gives the case back whatever happens; what went wrong first is what is told. */
async function releasing<T>(subject: Case, end: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  const close = async (): Promise<void> => {
    try {
      await end();
    } finally {
      await subject.release();
    }
  };
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await close().catch(() => undefined);
    throw withoutSecrets(error, subject.redactor);
  }
  await close();
  return result;
}

async function present(at: Scene, events: AsyncIterable<RunEvent> | Iterable<RunEvent>): Promise<number> {
  let exit: number = exits.failed;
  let carryOn: string | undefined;
  let isWhole = false;
  try {
    for await (const one of events) {
      const event = one.type === "summary" ? withFound(at, one) : one;
      at.presenter.event(event);
      if (event.type === "case" && event.id !== null) carryOn = at.carryOn(event.id);
      if (event.type === "summary") exit = event.exit;
      if (event.type === "summary") isWhole = true;
    }
  } finally {
    if (!isWhole) at.presenter.broken(carryOn);
  }
  return exit;
}

/** Nothing to examine is the first thing a script must learn, unless something failed that it asked for. */
function withFound({ installation }: Scene, summary: RunSummary): RunSummary {
  if (installation.found || summary.exit === exits.failed) return summary;
  const outcome = installation.problems[0] ?? "No OpenClaw state was found.";
  return { ...summary, exit: exits.notFound, outcome };
}

function warn(at: Scene, warning: string | undefined): void {
  if (warning !== undefined) at.presenter.say(warning);
}

function contextOf(at: Scene, playbook: Playbook, subject: Case, memory: RunMemory): StepContext {
  return {
    host: at.presenter.attend(at.host),
    case: subject,
    target: at.target,
    installation: at.installation,
    options: at.options,
    playbook,
    say: (text) => at.presenter.say(subject.redactor.text(text)),
    memory,
  };
}

function runMemory(at: Scene): { memory: RunMemory; end: () => Promise<void> } {
  const works: (() => Promise<void>)[] = [];
  return {
    memory: {
      secrets: new Map(),
      credentials: [],
      devices: [],
      startedAt: at.startedAt,
      onEnd: (work) => works.push(work),
    },
    end: async () => {
      for (const work of works.reverse()) await work();
    },
  };
}

/** For commands that only read a case. */
export async function withCase<T>(
  edge: Edge,
  options: CommonOptions,
  id: string | undefined,
  work: (subject: Case, host: Host, dataDir: string) => T | Promise<T>,
): Promise<T> {
  refuseDemo(options);
  const host = await edge.makeHost(wishesOf(options));
  const dataDir = await resolveDataDir(host, options.dataDir, [], { make: false });
  const wanted = id ?? options.case;
  const subject = await openCase(host, { dataDir, ...(wanted === undefined ? {} : { id: wanted }) });
  try {
    return await work(subject, host, dataDir);
  } finally {
    await subject.release();
  }
}
