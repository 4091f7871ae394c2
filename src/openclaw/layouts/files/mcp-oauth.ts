import { credential } from "../../credentials/record.ts";
import type { Approval } from "../../../model/activity-records.ts";
import { isoOf } from "../../../model/json.ts";
import type { Reading } from "../../../model/outcome.ts";
import { read } from "../../../model/outcome.ts";
import type { Credential } from "../../../model/records.ts";
import { oauthSecrets, openSignIn } from "../mcp-oauth.ts";
import type { OauthStore } from "../mcp-oauth.ts";
import type { Source } from "../source.ts";
import { filesOf, jsonFile, leftoverOf } from "./text.ts";

/** `mcp-oauth/<server>-<hash>.json` of 2026.7: a file per MCP server, made at its first sign-in. */
function storesIn(source: Source, reasons: string[]): readonly OauthStore[] {
  return filesOf(source, "mcp-oauth").map((file) => ({
    key: file.base.replace(/\.json$/, ""),
    value: jsonFile(source.host, file, reasons) ?? {},
    updatedAt: isoOf(Math.trunc(file.modifiedMs)),
    ...leftoverOf(file),
    place: (path) => ({ path: file.shown, ...(path === "" ? {} : { locator: path }) }),
  }));
}

export function oauthCredentials(source: Source): Reading<Credential> {
  const reasons: string[] = [];
  const secrets = storesIn(source, reasons).flatMap(oauthSecrets);
  return read(
    secrets.map((found) => credential(found, source.fingerprintKey)),
    reasons,
  );
}

/** Of those in use: nothing is open any more at what a migration left behind. */
export function signIns(source: Source): Reading<Approval> {
  const reasons: string[] = [];
  const stores = storesIn(source, reasons).filter(({ leftover }) => leftover !== true);
  return read(
    stores.flatMap((store) => openSignIn(store, source.fingerprintKey) ?? []),
    reasons,
  );
}
