import { entryId, entryText, isGrantEntry } from "../../model/grant-entry.ts";
import { at, list } from "../../model/json.ts";
import { counted, shown } from "../../model/text.ts";
import { removeGrants, type RemovedGrants } from "../../openclaw/write/index.ts";
import { grantLabel } from "../../rotate/index.ts";
import { addRemember, dropRemember } from "../remember.ts";
import type { StepContext, StepResult } from "../types.ts";
import { allowEntries, entryLine, type AllowEntry } from "./allow-entries.ts";
import { gatewayIsDown } from "./gateway-down.ts";
import { reviewOf } from "./made-by-devices.ts";
import { step } from "./step.ts";

const maxLines = 40;

export const allowLists = step({
  id: "rotate/allow-lists",
  stage: "rotate",
  title: "Remove who may talk to the agent, and what may run without asking",
  mutates: "state",
  needsState: true,
  plan: () =>
    "show every allow-list entry, pairing request and standing approval with age, maker and whether the baseline has it, and remove the ones you choose",
  run: async (context) => {
    const { outcome, reason, records } = await allowEntries(context);
    const gap = outcome === "ok" || outcome === "missing" ? undefined : (reason ?? outcome);
    if (records.length === 0)
      return gap === undefined
        ? { state: "skipped", reason: "nobody stands on an allow-list, and nothing runs without asking" }
        : { state: "partial", reason: unread(gap) };
    show(context, records);
    const ids = await context.host.prompt.chooseMany({
      id: "allow-lists.remove",
      message: "Which of these shall be removed? What you do not know, remove: it can be let in again",
      choices: records.map((one) => ({
        value: one.id,
        name: entryLine(one),
        description: `${one.mark}; ${one.about}`,
      })),
      default: [],
    });
    const chosen = records.filter(({ id }) => ids.includes(id));
    remindOf(
      context,
      records.filter(({ id, isSuspect }) => isSuspect && !ids.includes(id)),
    );
    const result = chosen.length === 0 ? nothingChosen : await remove(context, chosen);
    if (gap === undefined || result.state === "failed") return result;
    const reasons = [...(result.reason === undefined ? [] : [result.reason]), unread(gap)];
    return { ...result, state: "partial", reason: reasons.join("; ") };
  },
});

function show({ say }: StepContext, records: readonly AllowEntry[]): void {
  for (const one of records.slice(0, maxLines)) {
    say(`${one.isSuspect ? "! " : ""}${entryLine(one)}: ${one.mark}`);
    say(`    ${one.about}`);
  }
  if (records.length > maxLines) say(`And ${records.length - maxLines} more, which the question lists.`);
}

const nothingChosen: StepResult = { state: "declined", reason: "nothing was chosen" };

function unread(gap: string): string {
  return `not every allow-list could be read: ${shown(gap, 300)}`;
}

/** What came with the incident and stays is said once more in the report. */
function remindOf({ case: subject }: StepContext, kept: readonly AllowEntry[]): void {
  for (const one of kept.slice(0, maxLines))
    addRemember(subject, `Review ${entryLine(one)} (${one.mark}): it was not removed.`);
}

async function remove(context: StepContext, chosen: readonly AllowEntry[]): Promise<StepResult> {
  const { case: subject, host, installation } = context;
  const blocked = await gatewayIsDown(context);
  if (blocked !== undefined) return { state: "failed", reason: blocked };
  await subject.journal.append("mutation", {
    step: "rotate/allow-lists",
    what: "remove allow-list entries",
    entries: chosen.map(({ id }) => id),
  });
  keepRevoked(context, chosen);
  const done = await removeGrants(
    host,
    installation,
    chosen.map(({ entry }) => entry),
    await subject.scratch(),
  );
  keepInverses(context, done);
  dropRemember(
    subject,
    done.notWritten.length > 0 ? [] : chosen.map(({ grant }) => reviewOf(grantLabel(grant))),
  );
  return resultOf(context, done, chosen.length);
}

/** Said before it is done: what is brought back later must not live again because a run was killed in between. */
function keepRevoked({ case: subject, host }: StepContext, chosen: readonly AllowEntry[]): void {
  const now = host.clock.now().toISOString();
  const before = list(subject.facts.get("removedGrants")).flatMap((one) => {
    const [entry, when] = [at(one, "entry"), at(one, "at")];
    return isGrantEntry(entry) && typeof when === "string" ? [{ entry: { ...entry }, at: when }] : [];
  });
  subject.facts.set("removedGrants", [
    ...before,
    ...chosen.map(({ entry }) => ({ entry: { ...entry }, at: now })),
  ]);
}

/** One line per entry, however many places it was taken out of. */
function keepInverses({ case: subject, host, say }: StepContext, { taken }: RemovedGrants): void {
  const now = host.clock.now().toISOString();
  const byEntry = Map.groupBy(taken, ({ entry }) => entryId(entry));
  for (const [first, ...others] of byEntry.values()) {
    if (first === undefined) continue;
    const what = `allow-list entry ${shown(entryText(first.entry), 160)}`;
    const how = [...new Set([first, ...others].map((one) => one.how))].join(" and ");
    subject.switchedOff.add({ what, how, inverse: first.inverse, at: now });
    say(`${what}: ${how}; to let it in again: ${shown(first.inverse, 200)}`);
  }
}

function resultOf({ case: subject }: StepContext, done: RemovedGrants, wanted: number): StepResult {
  const { taken, before, after, notFound, notWritten } = done;
  const receipt = subject.redactor.json({
    removed: taken.slice(0, 500).map(({ entry, place, how, inverse }) => ({
      entry: entryId(entry),
      place,
      how,
      inverse,
    })),
    before,
    after,
    gone: notWritten.length === 0,
  });
  const absent = notFound.map((entry) => `${shown(entryText(entry), 100)} was no longer there`);
  const open = shown([...notWritten.map(({ todo }) => todo), ...absent].join("; "), 1000);
  if (notWritten.length > 0) return { state: "failed", reason: open, receipt };
  if (absent.length > 0) return { state: "partial", reason: open, receipt };
  return {
    state: "done",
    reason: `${counted(wanted, "entry", "entries")} removed, and read back as gone`,
    receipt,
  };
}
