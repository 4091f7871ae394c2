import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Operation } from "../../src/model/activity-records.ts";
import type { Reading } from "../../src/model/outcome.ts";
import { realState, type RealState } from "./real-state.ts";

let state: RealState;
beforeEach(async () => {
  state = await realState();
});
afterEach(() => state.cleanup());

const iso = "2026-11-20T12:00:00.000Z";
const draft = "# Notes\nWrite them down.\n";
const hash = createHash("sha256").update(draft).digest("hex");
const file = "/home/claw/.openclaw/workspace/skills/evil-skill/SKILL.md";

/** A row as 2026.9.6 writes it; the draft lies where the record says. */
async function propose(id: string, status: string, draftFile: string, text?: string): Promise<void> {
  const record = {
    ...{ schema: "openclaw.skill-workshop.proposal.v1", id, kind: "create", status, draftFile },
    description: "keeps notes",
    target: { skillName: "notes", skillKey: "notes", skillDir: dirname(file), skillFile: file },
    supportFiles: [{ path: "scripts/run.sh", hash: "ab", sizeBytes: 9 }],
  };
  const db = new Database(join(state.stateDir, "state", "openclaw.sqlite"));
  db.prepare(
    `INSERT INTO skill_workshop_proposals (proposal_id, record_json, owner_agent_id, kind, status, created_at, updated_at, draft_hash, origin_agent_id, origin_session_key, applied_at)
     VALUES (?, ?, 'main', 'create', ?, ?, ?, ?, 'main', 'agent:main:telegram:1', ?)`,
  ).run(id, JSON.stringify(record), status, iso, iso, hash, status === "applied" ? iso : null);
  db.close();
  if (text === undefined) return;
  const path = join(state.stateDir, "skill-workshop", "proposals", id, draftFile);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function told(): Promise<Reading<Operation>> {
  const reader = await state.open();
  const found = await reader.operations();
  await reader.close();
  return { ...found, records: found.records.filter(({ kind }) => kind === "skill-workshop") };
}

describe("the skill workshop", () => {
  it("is told with who proposed what, its hashes and how the draft begins", async () => {
    await propose("notes-000001", "pending", "PROPOSAL.md", draft);
    const { outcome, records } = await told();
    expect(outcome).toBe("ok");
    expect(records).toMatchObject([
      {
        ...{ at: iso, status: "pending" },
        detail: `skill notes was proposed (create) by agent main in session agent:main:telegram:1, for ${file}, draft sha256 ${hash}, keeps notes, with scripts/run.sh sha256 ab: ${draft}`,
        place: { locator: "skill_workshop_proposals/notes-000001" },
      },
    ]);
  });

  it("says where a draft was changed, or is gone, and is led out of its folder by no name", async () => {
    await propose("notes-000002", "pending", "PROPOSAL.md", `${draft}more`);
    await propose("notes-000003", "pending", "PROPOSAL.md");
    await propose("notes-000004", "rejected", "PROPOSAL.md");
    await propose("notes-000005", "pending", "../../../openclaw.json");
    const { outcome, reason, records } = await told();
    expect(outcome).toBe("partial");
    const folder = "/home/claw/.openclaw/skill-workshop/proposals";
    expect(reason).toBe(
      [
        `the draft of proposal notes-000003 is not at ${folder}/notes-000003/PROPOSAL.md`,
        `the draft of proposal notes-000005 is not at ${folder}/notes-000005/openclaw.json`,
      ].join("; "),
    );
    expect(records.map(({ detail }) => detail.includes("the draft was changed since"))).toEqual([
      ...[true, false, false, false],
    ]);
    expect(JSON.stringify(records)).not.toContain("gateway");
  });

  it("is where an applied skill came from", async () => {
    await propose("notes-000006", "applied", "PROPOSAL.md");
    const reader = await state.open();
    const skills = await reader.skills();
    await reader.close();
    expect(skills.records.find(({ name }) => name === "evil-skill")).toMatchObject({
      installedFrom: "Skill Workshop, proposal notes-000006 by agent main in session agent:main:telegram:1",
      installedAt: iso,
    });
  });

  it("tells what was done with proposals, and a lost table is a gap", async () => {
    await propose("notes-000007", "applied", "PROPOSAL.md");
    const db = new Database(join(state.stateDir, "state", "openclaw.sqlite"));
    db.exec(`
      INSERT INTO skill_workshop_proposal_events (event_id, proposal_id, proposed_version, revision_hash, event_type, occurred_at, actor_json)
        VALUES ('e1', 'notes-000007', 'v1', 'cd', 'applied', '${iso}', '{"type":"system"}');
      INSERT INTO skill_workshop_collection_reviews VALUES ('r1', 'main', 'b1', ${Date.parse(iso)}, '["a","b"]', '["c"]', '[{"name":"d"}]');
      INSERT INTO skill_workshop_proposal_rollbacks (proposal_id, written_at, target_skill_file, action, previous_content_hash)
        VALUES ('notes-000007', '${iso}', '${file}', 'update', 'ef');
    `);
    db.close();
    expect((await told()).records.slice(1)).toMatchObject([
      {
        at: iso,
        status: "applied",
        detail: 'proposal notes-000007, version v1, revision sha256 cd, by {"type":"system"}',
      },
      {
        ...{ at: iso, status: "reviewed" },
        detail: 'agent main went through its skills, 2 kept, written: c, dropped: [{"name":"d"}]',
      },
      {
        at: iso,
        status: "update",
        detail: `proposal notes-000007 was written to ${file}, before it sha256 ef`,
      },
    ]);
    const again = new Database(join(state.stateDir, "state", "openclaw.sqlite"));
    again.exec("PRAGMA foreign_keys = OFF; DROP TABLE skill_workshop_proposals");
    again.close();
    expect(await told()).toMatchObject({
      outcome: "partial",
      reason: /has no table skill_workshop_proposals/,
      records: [{}, {}, {}],
    });
  });
});
