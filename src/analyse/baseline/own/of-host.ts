/** What of the host runs, or lets somebody in, by being there, as drafts of records. */
import type { AuthorizedKey, HostCronEntry, StartFile } from "../../../model/host-records.ts";
import type { PersistenceItem } from "../../../model/persistence.ts";
import type { ReadingSet } from "../../../model/readings.ts";
import type { TextFile } from "../../../model/text-files.ts";
import type { Draft, DraftFile } from "./draft.ts";

export function ofHost(set: ReadingSet): readonly Draft[] {
  const texts = new Map(set.texts.records.map((file) => [file.place.path, file]));
  return [
    ...set.texts.records.filter(({ kind }) => kind === "identity").map(identity),
    ...set.authorizedKeys.records.map(authorizedKey),
    ...crontabs(set.hostCron.records, texts),
    ...set.systemdUser.records.map((file) => startFile("systemd-unit", "systemdUser", file, texts)),
    ...set.shellStartup.records.map((file) => startFile("shell-startup", "shellStartup", file, texts)),
    ...set.persistence.records.filter(isOwn).map(persistence),
  ];
}

/** Mechanisms that have a reading of their own, and are told from that. */
const elsewhere = /^(?:authorized-keys|host-cron|crontabs?|systemd-user|shell-startup)$/;

function isOwn({ mechanism }: PersistenceItem): boolean {
  return !elsewhere.test(mechanism);
}

function heldOf({ place, mode, sha256, text, masked, modifiedAt }: TextFile): DraftFile {
  return { path: place.path, mode, sha256, text, masked: masked === true, modifiedAt };
}

function identity(file: TextFile): Draft {
  const { path } = file.place;
  return {
    thing: "identity-file",
    id: path,
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    from: "texts",
    fields: { agent: file.agent, link: file.link },
    files: [heldOf(file)],
  };
}

function authorizedKey(key: AuthorizedKey): Draft {
  const options = key.options.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));
  return {
    thing: "authorized-key",
    id: [key.fingerprint, key.user, key.place.path, ...(key.kind === "key" ? [] : [key.comment])].join(" | "),
    name: key.kind === "key" ? `${key.user}-${key.comment}` : `${key.user}-unreadable`,
    path: key.place.path,
    from: "authorizedKeys",
    fields: {
      kind: key.kind,
      user: key.user,
      type: key.type,
      fingerprint: key.fingerprint,
      comment: key.comment,
      options,
    },
  };
}

/** One record for each crontab: its lines in their order. */
function crontabs(entries: readonly HostCronEntry[], texts: ReadonlyMap<string, TextFile>): readonly Draft[] {
  const byFile = Map.groupBy(entries, ({ place }) => place.path);
  return [...byFile].map(([path, lines]) => {
    const text = texts.get(path);
    return {
      thing: "host-cron",
      id: path,
      name: path.slice(path.lastIndexOf("/") + 1),
      path,
      from: "hostCron",
      fields: { line: lines.map(cronLine) },
      files: text === undefined ? [] : [heldOf(text)],
    };
  });
}

function cronLine({ kind, user, schedule, command, name, input, hiding }: HostCronEntry): string {
  const what = kind === "environment" ? `${name ?? ""}=${command}` : `${schedule} ${command}`.trim();
  const parts = [
    user === undefined ? "" : `(${user})`,
    what,
    input === undefined ? "" : `< ${input}`,
    hiding ? "(hides part of itself)" : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function startFile(
  thing: "systemd-unit" | "shell-startup",
  from: "systemdUser" | "shellStartup",
  file: StartFile,
  texts: ReadonlyMap<string, TextFile>,
): Draft {
  const { path } = file.place;
  const text = texts.get(path);
  const { mode, sha256, modifiedAt } = file;
  return {
    thing,
    id: path,
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    from,
    fields: { kind: file.kind, uid: file.uid, runs: file.runs, loads: file.loads },
    files:
      file.kind === "systemd-link"
        ? []
        : [text === undefined ? { path, mode, sha256, text: undefined, modifiedAt } : heldOf(text)],
  };
}

function persistence(item: PersistenceItem): Draft {
  const { path } = item.place;
  return {
    thing: "persistence",
    id: [item.mechanism, item.user ?? "", item.name, path].join(" | "),
    name: `${item.mechanism}-${item.name}`,
    path,
    from: "persistence",
    fields: {
      mechanism: item.mechanism,
      attack: item.attack,
      user: item.user,
      name: item.name,
      trigger: item.trigger,
      runs: item.runs,
      sets: item.sets,
      enabled: item.enabled,
      odd: item.odd,
      mode: item.file?.mode.toString(8),
      sha256: item.file?.sha256,
      package: item.package,
    },
  };
}
