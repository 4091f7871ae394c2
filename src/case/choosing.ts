import type { Host } from "../host/host.ts";
import { ClawError } from "../model/errors.ts";
import { clip, shown } from "../model/text.ts";
import { listCases, type CaseListing } from "./listing.ts";

/**
 * The case with this id or the only one whose id begins so; without an id the newest that is open. Throws "no-such-case"
 * (exit 10) with what there is.
 */
export async function findCase(
  host: Host,
  dataDir: string,
  id: string | undefined,
): Promise<Pick<CaseListing, "id" | "path">> {
  return choose(await listCases(host, dataDir), id);
}

function choose(cases: readonly CaseListing[], id: string | undefined): CaseListing {
  const exact = cases.find((one) => one.id === id);
  if (exact !== undefined) return exact;
  const fitting = id === undefined ? cases.filter(({ state }) => state === "open") : beginning(cases, id);
  // Names sort by time.
  const found = id === undefined ? fitting.toSorted(byAge).at(-1) : fitting[0];
  if (found !== undefined && (id === undefined || fitting.length === 1)) return found;
  throw noSuchCase(cases, id);
}

function beginning(cases: readonly CaseListing[], id: string): readonly CaseListing[] {
  return id === "" ? [] : cases.filter((one) => one.id.startsWith(id));
}

function byAge(a: CaseListing, b: CaseListing): number {
  return a.createdAt < b.createdAt
    ? -1
    : a.createdAt > b.createdAt
      ? 1
      : a.id.localeCompare(b.id, "en", { numeric: true });
}

function noSuchCase(cases: readonly CaseListing[], id: string | undefined): ClawError {
  const names = cases.map((one) =>
    one.state === "open" ? shown(one.id) : `${shown(one.id)} (${one.state})`,
  );
  const hint =
    names.length === 0
      ? "there is no case yet: a playbook such as claw-ir key-compromised makes one"
      : clip(`there are: ${names.toReversed().join(", ")}`, 600);
  const message = id === undefined ? "there is no open case" : `there is no case ${shown(id)}`;
  return new ClawError(message, { exit: "notFound", code: "no-such-case", hint });
}
