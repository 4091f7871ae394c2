import { Command } from "commander";
import type { HostTerminal } from "../../host/host.ts";
import { exits } from "../../model/errors.ts";
import { shown } from "../../model/text.ts";
import { keysFolder, listKeys, readTested, type KeyRecord } from "../../preserve/index.ts";
import type { Edge } from "../edge.ts";
import { withCommonOptions, type CommonOptions } from "../options.ts";
import { page, type Line } from "../present/page.ts";
import { namedTable } from "../present/table.ts";
import { withKeys, type Done } from "./place.ts";

/** As `key list --json` gives it. */
type Listed = KeyRecord & {
  /** When it was last proven that the private part opens an archive. */
  readonly provenAt?: string;
};

export function list(edge: Edge, done: Done): Command {
  return withCommonOptions(
    new Command("list")
      .summary("every key, with what keeps it from being used")
      .description(
        "Lists the keys that archives are sealed to and the keys whose signatures count. Keys that expire within 30 days are marked.",
      ),
  ).action(async (options: CommonOptions) => {
    await withKeys(edge, options, { make: false }, async ({ host, dataDir }) => {
      const proven = new Map(
        (await readTested(host, dataDir)).map(({ fingerprint, provenAt }) => [fingerprint, provenAt]),
      );
      const keys = (await listKeys(host, dataDir)).map((key): Listed => {
        const provenAt = key.role === "recipient" ? proven.get(key.fingerprint) : undefined;
        return provenAt === undefined ? key : { ...key, provenAt };
      });
      if (options.json === true) host.terminal.out(`${JSON.stringify(keys)}\n`);
      else if (keys.length === 0) host.terminal.out(emptyText(dataDir));
      else host.terminal.out(`${tableOf(host.terminal, keys)}${reasonsOf(host.terminal, keys)}`);
    });
    done(exits.ok);
  });
}

function emptyText(dataDir: string): string {
  return [
    `no key yet in ${shown(keysFolder(dataDir))}`,
    "  claw-ir key generate makes one, claw-ir key import FILE takes one of yours",
    "",
  ].join("\n");
}

function tableOf(terminal: HostTerminal, keys: readonly Listed[]): string {
  const head = ["fingerprint", "role", "expires", "state and user id"];
  return namedTable(
    terminal,
    head,
    keys.map((key) => [
      key.fingerprint === "" ? "(no key)" : key.fingerprint,
      key.role,
      key.expiresAt === undefined ? "never" : key.expiresAt.slice(0, 10),
      [...remarks(key), shown(key.userId, 80)].filter((part) => part !== "").join("; "),
    ]),
  );
}

/** Below the table, where a reason has room. */
function reasonsOf(terminal: HostTerminal, keys: readonly Listed[]): string {
  const line = (one: Line): string => page(terminal, terminal.stdoutIsTty, one);
  const unused = keys.filter(({ usable }) => !usable);
  return unused
    .map(({ fingerprint, source, reason = "" }) => {
      const what = fingerprint === "" ? source : fingerprint;
      const lead = "not used: ";
      return `\n${line({ lead, text: shown(what, 300) })}${line({ lead: "  ", text: shown(reason, 400) })}`;
    })
    .join("");
}

function remarks({ usable, expiresSoon, role, signsHere, provenAt }: Listed): readonly string[] {
  if (!usable) return ["NOT USED"];
  const soon = expiresSoon ? ["EXPIRES SOON"] : [];
  if (role === "signing") return [...soon, signsHere === true ? "signs here" : "known signer"];
  return [...soon, provenAt === undefined ? "never tested" : `tested ${provenAt.slice(0, 10)}`];
}
