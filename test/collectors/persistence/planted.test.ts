/** Ways to stay, planted on a disk: each is listed, and what its content gives away is flagged; an ordinary disk is calm. */
import { describe, expect, it } from "vitest";
import { judge, marks } from "../../../src/analyse/index.ts";
import type { Finding } from "../../../src/model/evidence.ts";
import type { PersistenceItem } from "../../../src/model/persistence.ts";
import type { FakeFile } from "../../support/fake-host.ts";
import { input } from "../../analyse/records.ts";
import { setting } from "../setting.ts";
import { passwd } from "./items.ts";
import { ordinary, planted, type Planted } from "./planted.ts";

const old = new Date("2019-06-01T00:00:00Z");
const during = new Date("2020-01-01T12:00:00Z");
const window = { since: "2020-01-01T00:00:00.000Z", until: "2020-01-02T00:00:00.000Z" };

function dated(file: FakeFile, mtime: Date): FakeFile {
  if (typeof file === "string" || file instanceof Uint8Array) return { content: file, mode: 0o644, mtime };
  return "link" in file ? file : { ...file, mtime };
}

async function look(
  plants: readonly Planted[],
  mtime: Date,
): Promise<{ readonly items: readonly PersistenceItem[]; readonly findings: readonly Finding[] }> {
  const files: Record<string, FakeFile> = {};
  for (const [path, file] of Object.entries(ordinary)) files[path] = dated(file, old);
  for (const { path, file } of plants) files[path] = dated(file, mtime);
  const { sources, end } = await setting({ files: { "/etc/passwd": dated(passwd, old), ...files } });
  try {
    const get = sources.readings.get;
    const readings = {
      persistence: await get("persistence", sources),
      hostCron: await get("hostCron", sources),
      authorizedKeys: await get("authorizedKeys", sources),
      systemdUser: await get("systemdUser", sources),
      shellStartup: await get("shellStartup", sources),
    };
    const { findings } = judge(marks, input({ readings, window }));
    return { items: readings.persistence.records, findings };
  } finally {
    await end();
  }
}

/** "~/x" as the host names it. */
function onHost(path: string): string {
  return path.replace(/^~/, "/home/user");
}

function rulesAt(findings: readonly Finding[], path: string): readonly string[] {
  const at = findings.filter(({ evidence }) => evidence.some((one) => one.path === onHost(path)));
  return [...new Set(at.map(({ rule }) => rule))];
}

describe("ways to stay", () => {
  it("are absent from an ordinary disk", async () => {
    const { items, findings } = await look([], old);
    expect(items.length).toBeGreaterThan(30);
    expect(findings).toEqual([]);
  });

  it("are each listed, and flagged by what they hold", async () => {
    const { items, findings } = await look(planted, old);
    const paths = new Set(items.map(({ place }) => place.path));
    expect(planted.filter(({ path }) => !paths.has(onHost(path))).map(({ path }) => path)).toEqual([]);
    const flagged = planted.map(({ path, rule }) => [
      path,
      rule !== undefined && rulesAt(findings, path).includes(rule) ? rule : undefined,
    ]);
    expect(flagged).toEqual(planted.map(({ path, rule }) => [path, rule]));
    // What is only listed is not flagged by another rule either: these are the ones that a baseline or a time has to tell.
    const quiet = planted.filter(({ rule }) => rule === undefined);
    expect(quiet.map(({ path }) => [path, rulesAt(findings, path)])).toEqual(
      quiet.map(({ path }) => [path, []]),
    );
  });

  it("are each flagged when they were changed in the time of the incident", async () => {
    const { findings } = await look(planted, during);
    const missed = planted.filter(({ path, file }) => {
      const isLink = typeof file === "object" && "link" in file;
      return !isLink && rulesAt(findings, path).length === 0;
    });
    expect(missed.map(({ path }) => path)).toEqual([]);
  });
});
