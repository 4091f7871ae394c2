import { markRows } from "../../analyse/index.ts";
import type { SecretInHistory } from "../../model/git-records.ts";
import type { Credential } from "../../model/records.ts";
import { lookCommand } from "./command.ts";
import type { Look, LookRow, Section, Seen } from "./look.ts";
import { age, placeText } from "./words.ts";

const look: Look = {
  name: "secrets",
  summary: "which secrets lie where, as fingerprints",
  description:
    "Lists every secret that OpenClaw holds and the leftover copies of it, never a value, and those that the history of git repositories in the state dir and the workspaces still gives away. Equal fingerprints are equal values. Reads files and copies of databases, makes no case, changes nothing.",
  kinds: ["credentials", "gitSecrets"],
  databases: ["state", "agent"],
  needsState: true,
  fingerprints: true,
  since: "when it may have begun",
  sections,
  next: () => [["claw-ir key-compromised", "when one of them leaked: it leads through replacing it"]],
};

export const secretsCommand = lookCommand(look);

function sections({
  readings,
  findings,
  installation: { target },
  host,
  redactor,
}: Seen): readonly Section[] {
  const home = target.toHost(target.home);
  const now = host.clock.now();
  const marked = markRows(readings.credentials.records, findings, ({ place }) => [place]);
  return [
    {
      from: ["credentials"],
      noun: ["secret in its place", "secrets and copies of them"],
      columns: [
        { head: "credential", least: 16, most: 50 },
        { head: "kind", least: 13, isSpare: true },
        { head: "is", least: 13, most: 14 },
        { head: "fingerprint", least: 15 },
        { head: "age", least: 7, isSpare: true },
        { head: "file", least: 24, most: 120, isPath: true },
        { head: "where in it", least: 20, most: 80, isPath: true, isSpare: true },
      ],
      rows: marked.map(({ record, marks }): LookRow => {
        const { secret: value, ...known } = record;
        const mark = record.mark ?? (value === undefined ? undefined : redactor.mark(value));
        return {
          cells: [
            record.id,
            record.kind,
            stateOf(record),
            mark?.fingerprint ?? "",
            age(record.createdAt, now),
            placeText({ path: record.place.path }, home),
            record.place.locator ?? "",
          ],
          marks,
          record: mark === undefined ? known : { ...known, mark, fingerprint: mark.fingerprint },
        };
      }),
    },
    inHistory(readings.gitSecrets.records, { findings, home, now }),
  ];
}

interface Around {
  readonly findings: Seen["findings"];
  readonly home: string;
  readonly now: Date;
}

function inHistory(records: readonly SecretInHistory[], { findings, home, now }: Around): Section {
  return {
    noun: ["secret in the history of git repositories", "secrets in the history of git repositories"],
    from: ["gitSecrets"],
    columns: [
      { head: "credential", least: 16, most: 50 },
      { head: "is", least: 10, most: 16 },
      { head: "fingerprint", least: 15 },
      { head: "newest commit", least: 12 },
      { head: "age", least: 7, isSpare: true },
      { head: "versions", least: 8, isSpare: true },
      { head: "file", least: 24, most: 120, isPath: true },
    ],
    rows: markRows(records, findings, ({ place }) => [place]).map(({ record, marks }): LookRow => {
      const { credential, live, fingerprint, lastCommit, lastAt, versions, place } = record;
      const is = live ? "in use" : credential === undefined ? "looks like one" : "not in use";
      return {
        cells: [
          credential ?? "unknown",
          is,
          fingerprint,
          lastCommit.slice(0, 12),
          age(lastAt, now),
          String(versions),
          placeText({ path: place.path }, home),
        ],
        marks,
        record: { ...record, kind: "in-git-history" },
      };
    }),
  };
}

function stateOf({ live, secret, ref }: Credential): string {
  if (!live) return "leftover copy";
  return secret === undefined && ref !== undefined ? "reference" : "in use";
}
