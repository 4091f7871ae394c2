import type { Case } from "../case/types.ts";
import type { BlindSpot } from "../model/evidence.ts";
import { at, num, str, strings } from "../model/json.ts";
import type { ReportInput, ReportStep } from "../report/view.ts";
import { blindSpots } from "./blind-spots.ts";
import { incidentAnswers } from "./answers.ts";
import { stages } from "../model/stages.ts";
import { headOf, lastStates } from "./progress.ts";
import type { Playbook } from "./types.ts";

/** Reads a case into what the renderers need. Everything in a case is redacted already. */
export function reportInput(subject: Case, playbook: Playbook, writtenAt: string): ReportInput {
  const contained = num(subject.facts.get("containedInMs"));
  const cost = costOf(subject);
  return {
    caseId: subject.info.id,
    casePath: subject.info.path,
    title: subject.info.title,
    playbook: subject.info.playbook,
    host: subject.info.host,
    tool: subject.info.tool,
    openedAt: subject.info.createdAt,
    writtenAt,
    openclaw: str(subject.facts.get("openclaw")) ?? "not found",
    answers: answersOf(subject),
    ...(contained === undefined ? {} : { containedInMs: contained }),
    steps: stepsOf(subject, playbook),
    findings: subject.findings.all(),
    notEvaluated: subject.findings.allNotEvaluated(),
    receipts: subject.receipts.all(),
    switchedOff: subject.switchedOff.all(),
    archives: subject.archives.all(),
    artifacts: subject.evidence.all(),
    blindSpots: spotsOf(subject),
    timeline: [...subject.timeline.each()],
    timelineTotal: subject.timeline.count(),
    ...(cost === undefined ? {} : { cost }),
    remember: [...strings(subject.facts.get("remember")), ...playbook.remember],
    notes: notesOf(subject),
    journal: headOf(subject.journal),
  };
}

function answersOf(subject: Case): ReportInput["answers"] {
  const { abuse, since, responder } = incidentAnswers(subject);
  const known = { abuse: "being abused", exposure: "exposed only", unknown: "not known yet" } as const;
  return [
    { question: "Abuse", answer: known[abuse] },
    { question: "Since", answer: since ?? "not known yet" },
    { question: "Responder", answer: responder ?? "not named" },
  ];
}

function stepsOf(subject: Case, playbook: Playbook): readonly ReportStep[] {
  const states = lastStates(subject.journal);
  return playbook.steps.flatMap(({ id }) => {
    const known = states.get(id);
    // The report's own step is still under way while it is written.
    if (known === undefined || id === "report/write") return [];
    const stage = stages.find((one) => one === known.stage) ?? "report";
    return [{ id, ...known, stage, state: known.state === "started" ? "interrupted" : known.state }];
  });
}

function spotsOf(subject: Case): readonly BlindSpot[] {
  const fromArtifacts = subject.evidence.all().flatMap((artifact) =>
    artifact.outcome === "ok" || artifact.outcome === "missing"
      ? []
      : [
          {
            source: artifact.title,
            outcome: artifact.outcome,
            reason: artifact.reason ?? "no reason given",
          },
        ],
  );
  return [...fromArtifacts, ...blindSpots(subject)];
}

function costOf(subject: Case): ReportInput["cost"] | undefined {
  const saved = subject.facts.get("cost");
  const total = num(at(saved, "total"));
  if (total === undefined) return undefined;
  return { total, currency: str(at(saved, "currency")) ?? "USD", lines: strings(at(saved, "lines")) };
}

function notesOf(subject: Case): ReportInput["notes"] {
  const notes: { at: string; text: string }[] = [];
  for (const entry of subject.journal.entries()) {
    const text = entry.kind === "note" ? str(entry.body["text"]) : undefined;
    if (text !== undefined) notes.push({ at: entry.at, text });
  }
  return notes;
}
