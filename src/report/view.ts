/**
 * What a report is made from. The case room redacts everything on its way in, so a view holds no secrets; it does hold
 * hostile text, which the renderers escape.
 */
import type {
  Artifact,
  BlindSpot,
  Finding,
  NotEvaluated,
  RotationReceipt,
  SwitchedOff,
  TimelineEvent,
} from "../model/evidence.ts";
import type { Stage } from "../model/stages.ts";

export interface ReportStep {
  readonly id: string;
  readonly title: string;
  readonly stage: Stage;
  readonly state: string;
  readonly reason?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

export interface ReportArchive {
  readonly archive: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly files: number;
  readonly recipients: readonly string[];
  readonly passphrase: boolean;
  readonly partial: readonly { readonly path: string; readonly reason: string }[];
}

export interface ReportInput {
  readonly caseId: string;
  readonly casePath: string;
  readonly title: string;
  readonly playbook: string;
  readonly host: string;
  readonly tool: string;
  readonly openedAt: string;
  readonly writtenAt: string;
  readonly openclaw: string;
  readonly answers: readonly { readonly question: string; readonly answer: string }[];
  readonly containedInMs?: number;
  readonly steps: readonly ReportStep[];
  readonly findings: readonly Finding[];
  readonly notEvaluated: readonly NotEvaluated[];
  readonly receipts: readonly RotationReceipt[];
  readonly switchedOff: readonly SwitchedOff[];
  readonly archives: readonly ReportArchive[];
  readonly artifacts: readonly Artifact[];
  readonly blindSpots: readonly BlindSpot[];
  /** In order of time; the renderer shows the ones that matter. */
  readonly timeline: readonly TimelineEvent[];
  readonly timelineTotal: number;
  readonly cost?: { readonly total: number; readonly currency: string; readonly lines: readonly string[] };
  readonly remember: readonly string[];
  readonly notes: readonly { readonly at: string; readonly text: string }[];
  readonly journal: { readonly entries: number; readonly head: string };
}
