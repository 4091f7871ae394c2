import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { isDict } from "../../src/model/json.ts";
import { Secret } from "../../src/model/secret.ts";
import { findInstallation, openState, resolveTarget } from "../../src/openclaw/index.ts";
import { fakeHost } from "../support/fake-host.ts";
import { asOf20268, plantDatabases, plantMixedDatabases } from "./incident/in-databases.ts";
import { plantClawdbot, plantFiles, plantMixedFiles } from "./incident/in-files.ts";
import { realState } from "./real-state.ts";

const kinds = [
  "sessions",
  "devices",
  "cronJobs",
  "cronRuns",
  "configWrites",
  "grants",
  "credentials",
] as const;
type Kind = (typeof kinds)[number] | "transcripts";
type Records = Readonly<Record<Kind, readonly unknown[]>>;

let cleanup: (() => Promise<void>) | undefined;
afterEach(async () => cleanup?.());

/** The records of a state dir that `plant` filled, without their places, in an order of their own. */
async function recordsOf(
  folder: string,
  plant: (stateDir: string) => Promise<void> | void,
): Promise<Records> {
  const fake = await fakeHost();
  cleanup = fake.cleanup;
  const stateDir = join(fake.root, "home", "op", folder);
  await mkdir(stateDir, { recursive: true });
  await plant(stateDir);
  const target = await resolveTarget(fake.host, { root: fake.root, home: "/home/op" });
  const installation = await findInstallation(fake.host, target);
  expect(installation).toMatchObject({ found: true, target: { stateDir } });
  return await read(async (scratch) => await openState(fake.host, installation, scratch), fake.root);
}

/** Into the emptied state of a real release. */
async function recordsOfReal(
  release: "2026.6.11" | "2026.9.6",
  plant: (stateDir: string) => Promise<void> | void,
): Promise<Records> {
  const state = await realState({}, release);
  cleanup = state.cleanup;
  await emptied(state.stateDir);
  await plant(state.stateDir);
  return await read(async () => await state.open(), state.root);
}

/** Nothing but the databases is left. */
async function emptied(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true }))
    if (!entry.isDirectory() && !/openclaw(?:-agent)?\.sqlite(?:-wal)?$/.test(entry.name))
      await rm(join(entry.parentPath, entry.name));
}

type Open = (scratch: string) => ReturnType<typeof openState>;

async function read(open: Open, root: string): Promise<Records> {
  const scratch = join(root, "tmp", "scratch");
  await mkdir(dirname(scratch), { recursive: true });
  await mkdir(scratch);
  const reader = await open(scratch);
  const found: Partial<Record<Kind, readonly unknown[]>> = {};
  for (const kind of kinds) found[kind] = comparable((await reader[kind]()).records);
  found.transcripts = comparable([...reader.transcripts().events]);
  await reader.close();
  return {
    sessions: [],
    devices: [],
    cronJobs: [],
    cronRuns: [],
    configWrites: [],
    grants: [],
    credentials: [],
    transcripts: [],
    ...found,
  };
}

function comparable(records: readonly unknown[]): readonly unknown[] {
  return records.map(plain).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** In the order of the names; a secret as what it is, for all are fakes. */
function plain(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map(plain);
  if (!isDict(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== "place");
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, plain(item)]),
  );
}

/** Fields of a record that a layout has no room for; a kind of which it keeps no records at all. */
interface Lacks {
  readonly fields: (kind: string, record: Readonly<Record<string, unknown>>) => readonly string[];
  readonly kinds: readonly Kind[];
}

function without(records: Records, lacks: Lacks): Records {
  const kept = Object.entries(records).map(([kind, list]) => {
    const rest = list.filter(isDict).map((record) => {
      const dropped = lacks.fields(kind, record);
      return Object.fromEntries(Object.entries(record).filter(([key]) => !dropped.includes(key)));
    });
    return [kind, lacks.kinds.some((name) => name === kind) ? [] : comparable(rest)] as const;
  });
  return { ...records, ...Object.fromEntries(kept) };
}

/** Before 2026.8 files tell no time of an allow-list's entry, of a client's token and of this host's key. */
function untimed(kind: string, record: Readonly<Record<string, unknown>>): readonly string[] {
  const { label } = record;
  const client =
    typeof label === "string" && (label.startsWith("client ") || label.startsWith("device identity"));
  return (kind === "grants" && record["kind"] === "channel-allow") || (kind === "credentials" && client)
    ? ["createdAt"]
    : [];
}

/** Only a trajectory tells the key of a session that is gone from the index; 2026.1 and 2026.2 keep none, and no status. */
function early(kind: string, record: Readonly<Record<string, unknown>>): readonly string[] {
  if (kind !== "sessions") return untimed(kind, record);
  return record["archived"] === undefined ? ["status"] : ["key", "channel", "via"];
}

function mixed(kind: string, record: Readonly<Record<string, unknown>>): readonly string[] {
  return early(kind, record).filter((field) => field !== "status");
}

const layouts: readonly {
  readonly name: string;
  readonly read: () => Promise<Records>;
  readonly lacks: Lacks;
}[] = [
  {
    name: "clawdbot 2026.1, in files",
    read: () => recordsOf(".clawdbot", plantClawdbot),
    lacks: { fields: early, kinds: ["configWrites"] },
  },
  {
    name: "OpenClaw 2026.2, in files",
    read: () => recordsOf(".openclaw", plantFiles),
    lacks: { fields: early, kinds: [] },
  },
  {
    name: "OpenClaw 2026.6, in files and databases",
    read: () =>
      recordsOfReal("2026.6.11", async (stateDir) => {
        plantMixedDatabases(stateDir);
        await plantMixedFiles(stateDir);
      }),
    lacks: { fields: mixed, kinds: [] },
  },
  {
    name: "OpenClaw 2026.8, in databases",
    read: () =>
      recordsOfReal("2026.9.6", async (stateDir) => {
        await plantDatabases(stateDir);
        asOf20268(stateDir);
      }),
    lacks: { fields: () => [], kinds: [] },
  },
];

describe("the same incident", () => {
  it.each(layouts)(
    "gives the same records from $name as from the databases of 2026.9",
    async ({ read, lacks }) => {
      const newest = await recordsOfReal("2026.9.6", plantDatabases);
      await cleanup?.();
      for (const kind of [...kinds, "transcripts"] as const) expect(newest[kind], kind).not.toEqual([]);
      expect(newest.sessions).toContainEqual(expect.objectContaining({ externalContent: "webhook" }));
      const older = await read();
      expect(without(older, { ...lacks, kinds: [] })).toEqual(without(newest, lacks));
      expect(older.devices).toHaveLength(2);
      expect(older.devices.every((device) => isDict(device) && device["leftover"] === undefined)).toBe(true);
    },
  );
});
