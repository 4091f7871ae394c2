import { dict, isDict, list, str } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Grant } from "../../../model/records.ts";
import { present } from "../../present.ts";
import { execGrants } from "../grant-shapes.ts";
import { timeOf } from "../rows.ts";
import { combine } from "../source.ts";
import type { Source, StateFile } from "../source.ts";
import { read } from "../../../model/outcome.ts";
import { fromFiles } from "./missing.ts";
import { filesOf, jsonFile, leftoverOf } from "./text.ts";

/** Exec approvals, and who may talk to the agent or asks to: `exec-approvals.json`, `credentials/<channel>[-<account>]-*.json`. */
export function grants(source: Source): Reading<Grant> {
  return combine([approvals(source), allowed(source), asking(source)]);
}

function approvals(source: Source): Reading<Grant> {
  const reasons: string[] = [];
  const files = filesOf(source, "exec-approvals");
  const records = files.flatMap((file) => {
    const raw = jsonFile(source.host, file, reasons) ?? {};
    return execGrants(raw, { path: file.shown }).map((grant) => ({ ...grant, ...leftoverOf(file) }));
  });
  const inUse = files.some((file) => !file.leftover);
  const wanted = { name: "exec-approvals.json", table: "exec_approvals_config", inUse };
  return fromFiles(source, wanted, records, reasons);
}

/** `{"version":1,"allowFrom":["777000111"]}` */
function allowed(source: Source): Reading<Grant> {
  const reasons: string[] = [];
  const records = filesOf(source, "channel-allow").flatMap((file) => {
    const { channel, account } = channelOf(source, file, "-allowFrom.json");
    return list(jsonFile(source.host, file, reasons)?.["allowFrom"]).flatMap((item): readonly Grant[] => {
      const entry = typeof item === "number" ? String(item) : str(item);
      if (entry === undefined) return [];
      return [
        {
          kind: "channel-allow",
          subject: `${channel}:${entry}`,
          detail: `account ${account}`,
          entry: { in: "channel-allow", channel, account, sender: entry },
          ...leftoverOf(file),
          place: { path: file.shown, locator: entry },
        },
      ];
    });
  });
  return read(records, reasons);
}

/** `{"version":1,"requests":[{"id","code","createdAt","lastSeenAt","meta":{"accountId"}}]}`; a code lives for an hour. */
function asking(source: Source): Reading<Grant> {
  const reasons: string[] = [];
  const records = filesOf(source, "channel-pairing").flatMap((file) => {
    const { channel, account } = channelOf(source, file, "-pairing.json");
    return list(jsonFile(source.host, file, reasons)?.["requests"]).flatMap((item): readonly Grant[] => {
      const id = isDict(item) ? str(item["id"]) : undefined;
      if (!isDict(item) || id === undefined) return [];
      const whose = str(dict(item["meta"])["accountId"]) ?? account;
      return [
        {
          kind: "channel-pairing",
          subject: `${channel}:${id}`,
          detail: `account ${whose}, asks to be let in`,
          ...present({ createdAt: timeOf(item["createdAt"]) }),
          entry: { in: "channel-pairing", channel, account: whose, sender: id },
          ...leftoverOf(file),
          place: { path: file.shown, locator: id },
        },
      ];
    });
  });
  return read(records, reasons);
}

/**
 * "telegram-default-allowFrom.json" → channel "telegram", account "default". Names of channels may hold a dash; those of the
 * config are known.
 */
function channelOf(
  { installation }: Source,
  { base }: StateFile,
  ending: string,
): { readonly channel: string; readonly account: string } {
  const whole = base.slice(0, -ending.length);
  const known = Object.keys(dict(installation.config.value["channels"]))
    .filter((name) => whole === name || whole.startsWith(`${name}-`))
    .sort((a, b) => b.length - a.length)[0];
  const channel = known ?? whole.split("-", 1)[0] ?? whole;
  const account = whole.slice(channel.length + 1);
  return { channel, account: account === "" ? "default" : account };
}
