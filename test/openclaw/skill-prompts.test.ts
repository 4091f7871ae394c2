import { createHash } from "node:crypto";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Reading } from "../../src/model/outcome.ts";
import type { Session } from "../../src/model/session-records.ts";
import { realState, type RealState } from "./real-state.ts";

let state: RealState;
beforeEach(async () => {
  state = await realState({}, "2026.6.11");
});
afterEach(() => state.cleanup());

const key = "agent:main:planted";
const skill = "~/.openclaw/workspace/skills/planted/SKILL.md";
const prompt = `<skill><name>planted</name><location>${skill}</location></skill>`;
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const sessionsDir = (): string => join(state.stateDir, "agents", "main", "sessions");
const blobOf = (hash: string): string =>
  join(sessionsDir(), "skills-prompts", "sha256", hash.slice(0, 2), `${hash}.txt`);

/** An index of one session; `text` is what lies in the file that it refers to. */
async function plant(text: string | undefined, hash = hashOf(prompt)): Promise<void> {
  const promptRef = { version: 1, algorithm: "sha256", hash, bytes: prompt.length };
  await writeFile(
    join(sessionsDir(), "sessions.json"),
    JSON.stringify({ [key]: { sessionId: "s1", skillsSnapshot: { promptRef } } }),
  );
  if (text === undefined) return;
  await mkdir(join(blobOf(hash), ".."), { recursive: true });
  await writeFile(blobOf(hash), text);
}

async function seen(): Promise<Pick<Reading<Session>, "outcome" | "reason"> & { skills: unknown }> {
  const reader = await state.open();
  const { outcome, reason, records } = reader.sessions();
  await reader.close();
  const skills = records.find((session) => session.key === key)?.skillsSeen;
  return { outcome, ...(reason === undefined ? {} : { reason }), skills };
}

describe("the prompt of the skills that an index refers to", () => {
  it("tells which skills the agent was told of", async () => {
    await plant(prompt);
    expect(await seen()).toEqual({ outcome: "ok", skills: [skill] });
  });

  it("is a gap where it is gone", async () => {
    await plant(undefined);
    const hash = hashOf(prompt);
    expect(await seen()).toEqual({
      outcome: "partial",
      reason: `the prompt of the skills that /home/op/.openclaw/agents/main/sessions/sessions.json names by ${hash} is not there`,
      skills: undefined,
    });
  });

  it("is read where it was changed, and that is said", async () => {
    await plant(`${prompt}\n<location>/tmp/other/SKILL.md</location>`);
    expect(await seen()).toMatchObject({
      outcome: "partial",
      reason: /its hash is another$/,
      skills: [skill, "/tmp/other/SKILL.md"],
    });
  });

  it("leads nowhere but to such a file: neither by its hash nor by a link out of the root", async () => {
    await plant(undefined, "../../../openclaw.json");
    expect(await seen()).toMatchObject({ outcome: "partial", skills: undefined });
    await plant(prompt);
    await rm(blobOf(hashOf(prompt)));
    await symlink("/etc/passwd", blobOf(hashOf(prompt)));
    // Below the root there is no such file.
    expect(await seen()).toMatchObject({
      outcome: "partial",
      reason: /could not be read/,
      skills: undefined,
    });
    await rm(blobOf(hashOf(prompt)));
    await writeFile(blobOf(hashOf(prompt)), "x".repeat(600_000));
    expect(await seen()).toMatchObject({ outcome: "partial", reason: /larger than 524288 bytes/ });
  });

  it("of the real state are those that its sessions name", async () => {
    const folders = await readdir(join(sessionsDir(), "skills-prompts", "sha256"));
    expect(folders).toEqual(["99"]);
    const reader = await state.open();
    const { outcome, records } = reader.sessions();
    await reader.close();
    expect(outcome).toBe("ok");
    expect(records.filter(({ skillsSeen }) => skillsSeen !== undefined)).toHaveLength(2);
  });
});
