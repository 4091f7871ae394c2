/** What a person sees of one thing under review, and is asked about it. */
import {
  type CanonRecord,
  digestOf,
  hasRunOut,
  isDay,
  type Reviewed,
  thingFacts,
  type Vouched,
} from "../../analyse/index.ts";
import type { Host } from "../../host/host.ts";
import { shown } from "../../model/text.ts";
import { page } from "../present/page.ts";
import type { Seen } from "./observe.ts";

export interface Item {
  readonly thing: Reviewed;
  readonly record: CanonRecord;
  /** What --answers names it by. */
  readonly key: string;
  /** Why it is unusual, by what the rules say. */
  readonly reasons: readonly string[];
  readonly before: Vouched | undefined;
}

export function describe(
  { terminal, clock }: Host,
  { redact }: Seen,
  { record, reasons, before }: Item,
): void {
  const write = (text: string, lead = "  "): void =>
    terminal.err(page(terminal, terminal.stderrIsTty, { lead, text: shown(redact(text), 600) }));
  terminal.err("\n");
  write(`${thingFacts(record.thing).noun}: ${record.name}`, "");
  for (const [name, values] of record.fields) {
    if (name === "publicKey" || name === "tokens") continue;
    write(`${name}: ${values.slice(0, 12).join(", ")}`);
  }
  write(record.path);
  if (before !== undefined)
    write(
      `said on ${before.at.slice(0, 10)}: ${before.verdict}; ${endOf(before, clock.now().toISOString())}`,
    );
  for (const reason of reasons) write(reason, "  ! ");
}

function endOf(before: Vouched, now: string): string {
  return hasRunOut(before, now)
    ? `until ${before.until ?? ""}, which is over`
    : "it has changed since, or you ask again";
}

export async function ask(host: Host, { thing, record, key, before }: Item): Promise<Vouched | undefined> {
  const verdict = await host.prompt.choose({
    id: `review.${key}`,
    message: `${shown(record.name, 60)}: do you know it?`,
    choices: [
      { value: "known", name: "known: it is ours" },
      { value: "remove", name: "to be removed" },
      { value: "skip", name: "skip: ask again next time" },
    ],
    default: "skip",
  });
  if (verdict !== "known" && verdict !== "remove") return undefined;
  const owner =
    verdict === "remove"
      ? ""
      : await host.prompt.text({
          id: `review.${key}.owner`,
          message: "Whose is it?",
          default: before?.owner ?? host.facts.user,
        });
  const note = await host.prompt.text({
    id: `review.${key}.note`,
    message: "A note (may be empty)",
    default: before?.note ?? "",
  });
  const now = host.clock.now().toISOString();
  const until = verdict === "remove" ? undefined : await askUntil(host, key, before);
  return {
    ...{ thing, verdict, owner, note, id: record.id, name: record.name, at: now, digest: digestOf(record) },
    ...(until === undefined ? {} : { until }),
  };
}

const noEnd = "no end";

/** The last day on which it counts as known; undefined for no end. What it said before is offered while it holds. */
async function askUntil(host: Host, key: string, before: Vouched | undefined): Promise<string | undefined> {
  const today = host.clock.now().toISOString();
  const holds = before?.until !== undefined && !hasRunOut(before, today);
  const said = await host.prompt.text({
    id: `review.${key}.until`,
    message: "Known until which day (such as 2027-01-31)?",
    default: holds ? before.until : noEnd,
    check: (text) =>
      text.trim() === noEnd || (isDay(text.trim()) && text.trim() >= today.slice(0, 10))
        ? undefined
        : `a day from today on, such as 2027-01-31, or "${noEnd}"`,
  });
  return said.trim() === noEnd ? undefined : said.trim();
}
