import {
  judge,
  marks,
  surveyTranscripts,
  timelineOf,
  timelineOfFindings,
  timelineOfTranscripts,
} from "../../analyse/index.ts";
import { endedSources } from "../../collectors/index.ts";
import { unread } from "../../model/outcome.ts";
import { incidentAnswers } from "../answers.ts";
import type { StepContext } from "../types.ts";
import { openCopies } from "./collect.ts";
import { knownHere } from "./own-baseline.ts";
import { sources } from "./run-collectors.ts";
import { step } from "./step.ts";

export const marksStep = step({
  id: "analyse/marks",
  stage: "analyse",
  title: "Build the timeline and judge what matters at first sight",
  mutates: "case",
  plan: () => `merge all records into one timeline and evaluate ${marks.length} rules`,
  run: async (context) => {
    await openCopies(context);
    const { case: subject, host, installation, memory } = context;
    const from = await sources(context);
    const readings = await from.readings.all(from);
    const redact = (text: string): string => subject.redactor.text(text);
    const place = { host: host.facts.hostname, redact };
    subject.timeline.add(timelineOf(place, readings));
    if (memory.state !== undefined)
      subject.timeline.add(timelineOfTranscripts(place, memory.state.transcripts().events));
    const { since } = incidentAnswers(subject);
    const judgement = judge(marks, {
      readings,
      mechanisms: await endedSources(from),
      calls:
        memory.state === undefined
          ? unread("missing", "OpenClaw's state was not read")
          : surveyTranscripts(memory.state.transcripts(), redact),
      config: installation.config,
      gatewayPort: installation.gatewayPort,
      window: since === undefined ? {} : { since },
      now: host.clock.now().toISOString(),
      // What somebody has vouched for is kept with claw-ir's own baseline; without one nothing is known.
      known: await knownHere(context),
      redact,
    });
    for (const finding of judgement.findings) subject.findings.add(finding);
    subject.timeline.add(timelineOfFindings(place, subject.findings.all()));
    for (const rule of judgement.notEvaluated) subject.findings.notEvaluated(rule);
    return {
      state: "done",
      reason: told(context),
      receipt: {
        findings: judgement.findings.length,
        notEvaluated: judgement.notEvaluated.length,
        events: subject.timeline.count(),
      },
    };
  },
});

function told({ case: subject }: StepContext): string {
  const all = subject.findings.all();
  const worst = (["critical", "high", "medium", "low"] as const).map((severity) => ({
    severity,
    n: all.filter((one) => one.severity === severity).length,
  }));
  return (
    worst
      .filter(({ n }) => n > 0)
      .map(({ severity, n }) => `${n} ${severity}`)
      .join(", ") || "no mark matched"
  );
}
