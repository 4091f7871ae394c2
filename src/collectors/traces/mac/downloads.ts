import { messageOf } from "../../../model/errors.ts";
import { num, str } from "../../../model/json.ts";
import { read } from "../../../model/outcome.ts";
import type { Reading } from "../../../model/outcome.ts";
import type { Place } from "../../../model/records.ts";
import type { Collector } from "../../collector.ts";
import { type Ground, readFile } from "../../files.ts";
import { parsePlist } from "../../mac/plist.ts";
import { plistDict, plistList, plistStrings, plistText } from "../../mac/plist-value.ts";
import { isMac } from "../../mac/system.ts";

export interface MacDownload {
  readonly kind: "quarantine" | "installation";
  readonly at?: string;
  /** The program that downloaded or installed it. */
  readonly by: string;
  /** Where it came from, or what was installed. */
  readonly what: string;
  readonly from?: string;
  readonly place: Place;
}

const quarantinePath = "~/Library/Preferences/com.apple.LaunchServices.QuarantineEventsV2";
const historyPath = "/Library/Receipts/InstallHistory.plist";
const maxRows = 20_000;
/** Seconds between 1970 and 2001, from where macOS counts. */
const macEpoch = 978_307_200;

/** What was downloaded by which program, and what was installed when. */
export async function readMacDownloads(ground: Ground): Promise<Reading<MacDownload>> {
  if (!(await isMac(ground))) return read([]);
  const found: MacDownload[] = [];
  const reasons: string[] = [];
  try {
    await addQuarantine(ground, found, reasons);
  } catch (error) {
    reasons.push(`${quarantinePath} could not be read: ${messageOf(error)}`);
  }
  await addInstallations(ground, found, reasons);
  return read(found, reasons);
}

async function addQuarantine(ground: Ground, found: MacDownload[], reasons: string[]): Promise<void> {
  const file = await readFile(ground, quarantinePath, 32 << 20);
  if (!file.ok) {
    if (file.outcome !== "missing") reasons.push(file.reason);
    return;
  }
  const db = await ground.host.sqlite.openBytes(file.bytes);
  try {
    for (const row of db.each(`SELECT * FROM LSQuarantineEvent LIMIT ${maxRows}`)) {
      const seconds = num(row["LSQuarantineTimeStamp"]);
      const from = str(row["LSQuarantineOriginURLString"]);
      const time = seconds === undefined ? undefined : new Date(Math.round((seconds + macEpoch) * 1000));
      found.push({
        kind: "quarantine",
        ...(time === undefined || Number.isNaN(time.getTime()) ? {} : { at: time.toISOString() }),
        by: str(row["LSQuarantineAgentBundleIdentifier"]) ?? str(row["LSQuarantineAgentName"]) ?? "",
        what: str(row["LSQuarantineDataURLString"]) ?? "",
        ...(from === undefined ? {} : { from }),
        place: { path: file.path, locator: str(row["LSQuarantineEventIdentifier"]) ?? "" },
      });
    }
  } finally {
    db.close();
  }
}

async function addInstallations(ground: Ground, found: MacDownload[], reasons: string[]): Promise<void> {
  const file = await readFile(ground, historyPath, 16 << 20);
  if (!file.ok) {
    if (file.outcome !== "missing") reasons.push(file.reason);
    return;
  }
  const list = parsePlist(file.bytes);
  if (list === undefined) reasons.push(`${historyPath} is no property list`);
  for (const [i, entry] of plistList(list).slice(0, maxRows).entries()) {
    const dict = plistDict(entry);
    const date = dict["date"];
    const version = plistText(dict["displayVersion"]) ?? "";
    found.push({
      kind: "installation",
      ...(date instanceof Date ? { at: date.toISOString() } : {}),
      by: plistText(dict["processName"]) ?? "",
      what: `${plistText(dict["displayName"]) ?? ""} ${version}`.trim(),
      from: plistStrings(dict["packageIdentifiers"]).join(", "),
      place: { path: file.path, locator: `entry ${i + 1}` },
    });
  }
}

export const macDownloads: Collector = {
  id: "mac-downloads",
  title: "Downloads and installations that macOS noted",
  stage: "collect",
  attack: ["T1553.001", "T1105"],
  liveOnly: false,
  timeoutMs: 10_000,
  collect: readMacDownloads,
};
