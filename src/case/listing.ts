import { join } from "node:path";
import type { Db, Host } from "../host/host.ts";
import { codeOf, messageOf } from "../model/errors.ts";
import { at, num, str } from "../model/json.ts";
import { casesFolder } from "./data-dir.ts";
import { databaseName, parseStored } from "./database.ts";
import { storing } from "./failure.ts";
import { lockHolder } from "./lock.ts";

/** One line of `case list`. */
export interface CaseListing {
  readonly id: string;
  readonly path: string;
  readonly playbook: string;
  readonly title: string;
  /** Empty where the case is too damaged to tell. */
  readonly createdAt: string;
  readonly state: "open" | "closed" | "damaged";
  readonly entries: number;
  readonly bytes?: number;
  /** Another claw-ir works on it now. */
  readonly locked: boolean;
  /** Why it counts as damaged. */
  readonly problem?: string;
}

/** Every case of the data folder, oldest first; a damaged one is listed with what is wrong. */
export async function listCases(host: Host, dataDir: string): Promise<readonly CaseListing[]> {
  const folder = join(dataDir, casesFolder);
  const names = await storing("listing the cases", async () => {
    if ((await host.fs.stat(folder)) === undefined) return [];
    return (await host.fs.list(folder)).filter(({ kind }) => kind === "dir").map(({ name }) => name);
  });
  const listings: CaseListing[] = [];
  for (const id of names) listings.push(await listCase(host, join(folder, id), id));
  return listings;
}

async function listCase(host: Host, path: string, id: string): Promise<CaseListing> {
  const bytes = await sizeOf(host, path, 3).catch(() => undefined);
  const locked = (await lockHolder(host, path).catch(() => undefined)) !== undefined;
  const base = { id, path, ...(bytes === undefined ? {} : { bytes }), locked };
  try {
    return { ...base, ...(await summary(host, path)) };
  } catch (error) {
    const empty = { playbook: "", title: "", createdAt: "", entries: 0 };
    const missing = codeOf(error) === "ENOENT";
    const problem = missing ? `there is no ${databaseName}` : messageOf(error);
    return { ...base, ...empty, state: "damaged", problem };
  }
}

type Summary = Pick<CaseListing, "playbook" | "title" | "createdAt" | "state" | "entries">;

async function summary(host: Host, path: string): Promise<Summary> {
  const db = await host.sqlite.open(join(path, databaseName), { readOnly: true });
  try {
    return summaryOf(db);
  } finally {
    db.close();
  }
}

function summaryOf(db: Db): Summary {
  const [first] = db.all("SELECT at, body FROM journal WHERE seq = 1 AND kind = 'case'");
  if (first === undefined) throw new Error("the journal has no beginning");
  const body: unknown = parseStored(str(first["body"]) ?? "");
  const [counts] = db.all("SELECT count(*) AS n, sum(kind = 'closed') AS closed FROM journal");
  return {
    playbook: str(at(body, "playbook")) ?? "",
    title: str(at(body, "title")) ?? "",
    createdAt: str(first["at"]) ?? "",
    state: (num(counts?.["closed"]) ?? 0) > 0 ? "closed" : "open",
    entries: num(counts?.["n"]) ?? 0,
  };
}

async function sizeOf(host: Host, path: string, depth: number): Promise<number> {
  let total = 0;
  for (const { name, kind } of await host.fs.list(path)) {
    if (kind === "file") total += (await host.fs.stat(join(path, name)))?.size ?? 0;
    if (kind === "dir" && depth > 0) total += await sizeOf(host, join(path, name), depth - 1);
  }
  return total;
}
