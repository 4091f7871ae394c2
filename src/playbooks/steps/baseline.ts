import { join } from "node:path";
import {
  baselineFolder,
  compareOwn,
  diffBaseline,
  driftFindings,
  openBaselines,
  type BaselineDiff,
} from "../../analyse/index.ts";
import type { Host } from "../../host/host.ts";
import { parseConfigText } from "../../openclaw/index.ts";
import { addBlindSpot } from "../blind-spots.ts";
import { ownBaseline } from "./own-baseline.ts";
import type { StepContext, StepResult } from "../types.ts";
import { step } from "./step.ts";

export const baseline = step({
  id: "analyse/baseline",
  stage: "analyse",
  title: "Compare with the git baseline",
  mutates: "case",
  needsState: true,
  plan: () =>
    "what changed since claw-ir's own baseline, and since the last commit where the state folder or a workspace is under git, per key and with what did it",
  run: async (context) => {
    const { case: subject, host, installation } = context;
    const own = await ownDiff(context);
    const opened = await openBaselines(host, installation, await subject.scratch());
    if (own === undefined && opened.length === 0) return nothingToCompare(context);
    const diffs: BaselineDiff[] = own === undefined ? [] : [own];
    for (const one of opened) {
      try {
        diffs.push(
          await diffBaseline(host, one, {
            target: context.target,
            redactor: subject.redactor,
            parse: parseConfigText,
          }),
        );
      } finally {
        await one.reader.close();
      }
    }
    return keep(context, diffs);
  },
});

/** claw-ir's own baseline against the readings of this run. One that cannot be read is a blind spot. */
async function ownDiff(context: StepContext): Promise<BaselineDiff | undefined> {
  const { case: subject, options, memory } = context;
  const found = await ownBaseline(context);
  if (found.state !== "found") {
    const outcome = found.state === "none" ? "missing" : "error";
    addBlindSpot(subject, { source: "Baseline", outcome, reason: found.reason });
    return undefined;
  }
  return compareOwn({
    old: found.old,
    now: found.now,
    commit: found.taken.commit,
    at: found.taken.at,
    today: context.host.clock.now().toISOString(),
    folder: baselineFolder(options.dataDir),
    configWrites: found.readings.configWrites,
    transcripts: memory.state?.transcripts(),
    redact: (text) => subject.redactor.text(text),
  });
}

/** Without git a repository that is there is something unread; without a repository there is nothing to read. */
async function nothingToCompare({ case: subject, host, installation }: StepContext): Promise<StepResult> {
  const { target, agents } = installation;
  const hasGit = await host.git.available();
  const kept: string[] = [];
  for (const folder of new Set([target.stateDir, ...agents.map(({ workspace }) => workspace)])) {
    if (!hasGit && (await hasCommit(host, folder))) kept.push(target.toHost(folder));
  }
  const unread = kept.length > 0;
  const why = unread
    ? `git is not installed, and ${kept.join(", ")} is a repository that could be compared with`
    : hasGit
      ? "neither the state folder nor a workspace is a git repository with a commit"
      : "git is not installed";
  addBlindSpot(subject, {
    source: "Baseline",
    outcome: "missing",
    reason: `${why}: what changed since a known-good time cannot be told`,
  });
  return { state: unread ? "partial" : "skipped", reason: why };
}

/** OpenClaw makes an empty repository in every workspace; one with a branch has something to compare with. */
async function hasCommit(host: Host, folder: string): Promise<boolean> {
  const git = join(folder, ".git");
  const heads = await host.fs.list(join(git, "refs", "heads")).catch(() => []);
  if (heads.length > 0) return true;
  return (await host.fs.stat(join(git, "packed-refs")).catch(() => undefined)) !== undefined;
}

async function keep(context: StepContext, diffs: readonly BaselineDiff[]): Promise<StepResult> {
  const { case: subject, host } = context;
  const startedAt = host.clock.now().toISOString();
  const changes = diffs.flatMap((diff) => diff.changes);
  const problems = diffs.flatMap((diff) => diff.problems);
  await subject.evidence.keepRecords(
    {
      id: "baseline",
      title: "Changes since the git baseline",
      stage: "analyse",
      attack: ["T1565.001"],
      startedAt,
    },
    {
      outcome: problems.length === 0 ? "ok" : "partial",
      ...(problems.length === 0 ? {} : { reason: problems.join("; ") }),
      records: changes,
    },
  );
  const findings = diffs.flatMap((diff) => driftFindings(diff));
  for (const finding of findings) subject.findings.add(finding);
  for (const { folder, uncovered } of diffs) {
    if (uncovered.length === 0) continue;
    addBlindSpot(subject, {
      source: "Baseline",
      outcome: "partial",
      reason: `the repository in ${folder} holds nothing of ${uncovered.slice(0, 6).join(", ")}: changes there cannot be told`,
    });
  }
  const told = `${changes.length} changes since ${diffs.map(({ baseline: { commit, at } }) => `${commit.slice(0, 12)} of ${at.slice(0, 10)}`).join(", ")}`;
  const receipt = { changes: changes.length, findings: findings.length };
  if (problems.length > 0) return { state: "partial", reason: `${told}; ${problems.join("; ")}`, receipt };
  return { state: "done", reason: told, receipt };
}
