/** The questions of a review, and what becomes of the answers. */
import {
  type CanonRecord,
  commitOwn,
  digestOf,
  formatFiles,
  hasRunOut,
  type Holding,
  type OwnBaseline,
  type Reviewed,
  type Vouched,
  vouchedFile,
  vouchedIn,
} from "../../analyse/index.ts";
import type { Host } from "../../host/host.ts";
import { exits } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import type { Scene } from "../incident.ts";
import { page, say } from "../present/page.ts";
import type { Seen } from "./observe.ts";
import { ask, describe, type Item } from "./review-ask.ts";
import { rankOf, reasonsFor } from "./review-marks.ts";
import { removalOf, type Removal } from "./review-remove.ts";

export interface ReviewWish {
  readonly things: readonly Reviewed[];
  /** Also what was answered before. */
  readonly again: boolean;
  readonly json: boolean;
  readonly dryRun: boolean;
}

const nothing: Holding = { records: new Map(), coverage: new Map(), files: formatFiles };

export async function runReview(
  at: Scene,
  seen: Seen,
  own: OwnBaseline | undefined,
  wish: ReviewWish,
): Promise<number> {
  const { host, dataDir } = at;
  const { terminal } = host;
  const old = own === undefined ? nothing : await own.holding(own.head.commit);
  const items = itemsOf(at, seen, old, wish);
  const open = items.filter(({ before, record }) => wish.again || isOpen(host, before, record));
  if (wish.dryRun) {
    tellPlan(host, open, wish.json);
    return exits.ok;
  }
  const answers: Vouched[] = [];
  for (const item of open) {
    if (!wish.json) describe(host, seen, item);
    const answer = await ask(host, item);
    if (answer !== undefined) answers.push(answer);
  }
  const files = new Map([...old.files, ...answers.map(vouchedFile)]);
  const commit =
    answers.length === 0
      ? undefined
      : await commitOwn(host, dataDir, seen.scratch, {
          files,
          message: messageOf(answers),
          parent: own?.head.commit,
        });
  const said = vouchedIn({ files });
  const removals = items.flatMap(({ record, thing }) => {
    const verdict = said.find((one) => one.thing === thing && one.id === record.id)?.verdict;
    return verdict === "remove" ? [removalOf(record)] : [];
  });
  const baseline = commit === undefined ? null : { commit, at: host.clock.now().toISOString() };
  if (wish.json) {
    const told = seen.redactor.json({
      reviewed: answers,
      toRemove: removals,
      skipped: open.length - answers.length,
      baseline,
    });
    terminal.out(`${JSON.stringify(told)}\n`);
  } else {
    tell(host, { open, answers, removals, commit });
  }
  return exits.ok;
}

/** Never answered, changed since, or vouched for until a day that is over. */
function isOpen(host: Host, before: Vouched | undefined, record: CanonRecord): boolean {
  if (before?.digest !== digestOf(record)) return true;
  return hasRunOut(before, host.clock.now().toISOString());
}

/** OpenClaw's own jobs and skills are vouched for by whoever installed OpenClaw. */
function itemsOf(at: Scene, seen: Seen, old: Holding, { things }: ReviewWish): readonly Item[] {
  const said = vouchedIn(old);
  const reasons = reasonsFor(at, seen, old);
  return [...seen.now.records.values()]
    .flatMap((record): readonly Item[] => {
      const thing = things.find((one) => one === record.thing);
      if (thing === undefined || isOwn(record)) return [];
      const before = said.find((one) => one.thing === thing && one.id === record.id);
      return [{ thing, record, key: keyOf(record), reasons: reasons(record), before }];
    })
    .sort(
      (a, b) => things.indexOf(a.thing) - things.indexOf(b.thing) || rankOf(a.reasons) - rankOf(b.reasons),
    );
}

function isOwn({ fields }: CanonRecord): boolean {
  return fields.get("managed")?.[0] === "true" || fields.get("source")?.[0] === "bundled";
}

function keyOf({ thing, id, fields }: CanonRecord): string {
  const short = thing === "authorized-key" ? fields.get("fingerprint")?.[0] : undefined;
  return `${thing}.${short === undefined || short === "" ? id : short}`;
}

function messageOf(answers: readonly Vouched[]): string {
  const known = answers.filter(({ verdict }) => verdict === "known").length;
  return `review: ${known} known, ${answers.length - known} to be removed`;
}

function tellPlan({ terminal }: Host, open: readonly Item[], json: boolean): void {
  const questions = open.map(({ thing, record, key, reasons }) => ({
    id: `review.${key}`,
    thing,
    name: record.name,
    path: record.path,
    reasons,
  }));
  if (json) terminal.out(`${JSON.stringify({ dryRun: true, questions })}\n`);
  else if (questions.length === 0) terminal.out("nothing is left to review\n");
  else for (const { id, name } of questions) terminal.out(`${shown(id, 300)}  ${shown(name, 60)}\n`);
}

interface Told {
  readonly open: readonly Item[];
  readonly answers: readonly Vouched[];
  readonly removals: readonly Removal[];
  readonly commit: string | undefined;
}

function tell({ terminal }: Host, { open, answers, removals, commit }: Told): void {
  const write = (text: string, lead = ""): void =>
    terminal.out(page(terminal, terminal.stdoutIsTty, { lead, text: shown(text, 600) }));
  if (open.length === 0) write("nothing is left to review");
  else write(`${messageOf(answers).replace("review: ", "")}, ${open.length - answers.length} skipped`);
  if (commit !== undefined) write(`kept with the baseline, commit ${commit.slice(0, 12)}`);
  if (removals.length === 0) return;
  write("to be removed, by you:");
  for (const { thing, name, how } of removals) write(`${thing} ${shown(name, 80)}: ${how}`, "  - ");
  if (removals.some(({ thing }) => thing === "device"))
    say(terminal, "claw-ir device-compromised seals the state first, and has these devices chosen already");
}
