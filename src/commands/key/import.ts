import { Command } from "commander";
import type { Host } from "../../host/host.ts";
import { exits } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import {
  groups,
  proposeImport,
  refusedKey,
  storeImport,
  type ImportCandidate,
} from "../../preserve/index.ts";
import type { Edge } from "../edge.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { say } from "../present/page.ts";
import { withKeys, type Done } from "./place.ts";

interface ImportOptions extends CommonOptions {
  readonly signing?: true;
}

/** As it came out, for --json. */
interface Imported {
  readonly fingerprint: string;
  readonly userId: string;
  readonly state: ImportCandidate["state"] | "declined";
  readonly reason?: string;
  readonly file?: string;
}

export function importKeys(edge: Edge, done: Done): Command {
  return withCommonOptions(
    new Command("import")
      .summary("take a public key from a file or from gpg's keyring")
      .description(
        "Shows what would be added and asks you to confirm the fingerprint. A revocation certificate revokes the key it is for. No network is asked.",
      )
      .argument("<key>", "file with public keys, or the fingerprint or user id of one in gpg's keyring")
      .option("--signing", "its signatures shall count; nothing is sealed to it"),
  ).action(async (spec: string, options: ImportOptions) => {
    await withKeys(edge, options, { make: true }, async ({ host, dataDir }) => {
      const role = options.signing === true ? "signing" : "recipient";
      const found = await proposeImport(host, dataDir, spec, role);
      describeAll(host, options, found, "before the question");
      refuseAll(found);
      const wanted = found.filter(({ state }) => adds(state));
      const isDry = options.dryRun === true;
      const yes = wanted.length > 0 && !isDry && (await confirmed(host, wanted));
      describeAll(host, options, found, "after it");
      if (yes) for (const candidate of wanted) await storeImport(host, dataDir, candidate);
      tell(host, options, wanted, yes);
      if (options.json === true)
        host.terminal.out(`${JSON.stringify(found.map((one) => outcomeOf(one, yes || isDry)))}\n`);
      const isDeclined = wanted.length > 0 && !yes && !isDry;
      done(isDeclined ? exits.failed : exitOf(found));
    });
  });
}

/** Some of several were not taken: done in part. */
function exitOf(found: readonly ImportCandidate[]): number {
  return found.some(({ state }) => state === "refused") ? exits.partial : exits.ok;
}

function adds(state: ImportCandidate["state"]): boolean {
  return state === "new" || state === "renewed" || state === "revoked";
}

const stateText: Readonly<Record<ImportCandidate["state"], string>> = {
  new: "new",
  same: "already there",
  renewed: "already there; something newer is added",
  revoked: "already there; REVOKED, nothing is sealed to it any more",
  refused: "NOT TAKEN",
};

/** With --json stderr is left to the one object of a failure: where nobody looks, it waits until there was none. */
function describeAll(
  { terminal, prompt }: Host,
  { json }: ImportOptions,
  found: readonly ImportCandidate[],
  when: "before the question" | "after it",
): void {
  const isLater = json === true && !prompt.interactive;
  if (isLater === (when === "after it")) say(terminal, ...found.flatMap(describe));
}

const shownIds = 5;

/** One paragraph a key. User ids are whatever their maker wrote. */
function describe({ record, userIds, state }: ImportCandidate): readonly string[] {
  const { fingerprint, algorithm, createdAt = "", expiresAt, reason } = record;
  const ids = userIds.slice(0, shownIds).map((id) => `  user id      ${shown(id, 120)}`);
  const more = userIds.length - ids.length;
  return [
    `${groups(fingerprint)}   ${stateText[state]}`,
    ...(state === "refused" && reason !== undefined ? [`  reason       ${shown(reason, 300)}`] : []),
    ...ids,
    ...(more > 0 ? [`  user id      … and ${more} more`] : []),
    `  algorithm    ${algorithm}, made ${createdAt.slice(0, 10)}, expires ${expiresAt?.slice(0, 10) ?? "never"}`,
  ];
}

/** Where nothing can be taken the reason is the error. */
function refuseAll(found: readonly ImportCandidate[]): void {
  const [first] = found;
  if (first === undefined || found.some(({ state }) => state !== "refused")) return;
  throw refusedKey(
    shown(first.record.source),
    first.record.reason ?? "it cannot be used",
    first.record.hint ?? "",
  );
}

function confirmed({ prompt }: Host, wanted: readonly ImportCandidate[]): Promise<boolean> {
  const prints = wanted.map(({ record }) => groups(record.fingerprint)).join(", ");
  const [what, owner] = wanted.length === 1 ? ["Is", "its owner"] : ["Are", "their owners"];
  return prompt.confirm({
    id: "key.import",
    message: `${what} ${prints} what ${owner} told you, by a way that an intruder cannot change?`,
    default: false,
    explicit: true,
  });
}

function tell(host: Host, options: ImportOptions, wanted: readonly ImportCandidate[], yes: boolean): void {
  const told = (...lines: readonly string[]): void => say(host.terminal, ...lines);
  if (wanted.length === 0) told("nothing to add");
  else if (options.dryRun === true) told("a dry run: nothing was changed");
  else if (!yes) told("not added");
  else {
    told(...wanted.map(({ file }) => `written: ${shown(file, 300)}`));
    const isRecipient = wanted.some(({ record, state }) => record.role === "recipient" && state === "new");
    if (isRecipient) told("every seal that names no recipient goes to it from now on");
  }
}

function outcomeOf({ record, state, file }: ImportCandidate, taken: boolean): Imported {
  const { fingerprint, userId, reason } = record;
  return {
    fingerprint,
    userId,
    state: adds(state) && !taken ? "declined" : state,
    ...(state === "refused" && reason !== undefined ? { reason } : {}),
    ...(state === "refused" ? {} : { file }),
  };
}
