import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  isBuilt,
  noProcessLeft,
  place,
  processesOf,
  program,
  snapshot,
  type Place,
} from "../demo/demonstration.ts";
import { answerUntil, hasTmux, terminalsIn, type Reply, type Terminal } from "../support/terminal.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "claw-ir-tmux-")));
const terminals = terminalsIn(base);
afterAll(() => {
  terminals.close();
  rmSync(base, { recursive: true, force: true });
});

interface OnScreen {
  readonly at: Place;
  readonly on: Terminal;
}
async function demonstrate(columns: number, ...options: readonly string[]): Promise<OnScreen> {
  const at = await place();
  const argv = [process.execPath, program, "key-compromised", "--demo", ...options];
  return { at, on: terminals.open(argv, { env: at.env, columns, rows: 45 }) };
}

/** Moves down until the pointer stands on the choice. */
async function choose(on: Terminal, name: string): Promise<void> {
  for (let moves = 0; moves < 14; moves += 1) {
    if (
      on
        .visible()
        .split("\n")
        .some((line) => line.startsWith("❯") && line.includes(name))
    )
      return;
    on.keys("Down");
    await on.settles();
  }
  throw new Error(`there is no choice ${name}:\n${on.visible()}`);
}

const later: readonly Reply[] = [
  ["New Anthropic API key", "sk-ant-api03-FAKE-TYPED-FAKE-TYPED-FAKE-TYPED", "Enter"],
  ["New ", "Enter"],
  ["Is the old", "y", "Enter"],
  ["Ask the provider", "Enter"],
  ["Have you withdrawn", "Enter"],
  ["Remove all", "Enter"],
  ["Switch off which", "Space", "Enter"],
  ["Start the gateway again now", "y", "Enter"],
  ["Which of these do you know", "Enter"],
];

describe.skipIf(!hasTmux || process.platform !== "linux")("a terminal of 80 columns", () => {
  beforeAll(() => expect(isBuilt, "npm run build comes before these tests").toBe(true));

  it("leads through the demonstration by keys", async () => {
    const { at, on } = await demonstrate(80);
    await on.shows("Which credential leaked?");
    const before = await snapshot(at.home);
    await on.settles();
    await choose(on, "anthropic:manual");
    // What the choice under the pointer is stands below the list.
    expect(on.visible()).toMatch(/sk-ant-api03-… fp:[0-9a-f]{12} \(64 characters\), in\s+\/home\/claw/);
    on.keys("Space", "Enter");
    await on.shows("Is it being abused now");
    await on.settles();
    on.keys("Up", "Up", "Enter");
    await on.shows("Since when");
    await on.settles();
    on.keys("the day before", "Enter");
    await on.shows("an age such as 36h or 3d");
    await on.settles();
    on.keys(...Array<string>("the day before".length).fill("BSpace"), "6h", "Enter");
    await on.shows("Looking closely at the last 6 h");
    await on.shows("Who is responding?");
    await on.settles();
    on.keys("Enter");

    await on.shows("How shall the archive be locked?");
    await on.settles();
    on.keys("Enter");
    await typePassphrase(on);
    await on.shows("Rotate which of these");
    await on.settles();
    on.keys("Enter");
    await on.shows("Rotate which of these 10 now? The rest stays open in the report 10 of 10");
    await answerUntil(on, "[left", later);
    expect(await on.exit()).toBe(3);

    const screen = on.screen();
    for (const heading of ["1/8 volatile", "2/8 contain", "6/8 rotate", "7/8 recover", "8/8 report"])
      expect(screen.match(new RegExp(`^${heading}`, "gm")), heading).toHaveLength(1);
    expect(screen).toContain("✓ Prove that the new gateway token is accepted and the old one refused");
    expect(screen).toContain("DONE IN PART");
    expect(screen).toMatch(/rotations {3}2 proven; \d+ replaced but not proven; \d+ still open/);
    for (const typed of ["FAKE one", "FAKE two", "FAKE-TYPED"]) expect(screen).not.toContain(typed);
    expect(screen).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/u);
    const root = await at.root();
    expect(screen).toContain(`remove it    rm -r ${root}`);
    await noProcessLeft(root);
    expect(await snapshot(at.home)).toEqual(before);
  });

  it("ends with 130 on Ctrl-C at a question, and its gateway with it", async () => {
    const { at, on } = await demonstrate(80);
    await on.shows("Which credential leaked?");
    const root = await at.root();
    expect(await processesOf(root)).not.toEqual([]);
    await on.settles();
    on.keys("C-c");
    expect(await on.exit()).toBe(130);
    const screen = on.screen();
    expect(screen).toContain("✗ FAILED");
    expect(screen).toContain("interrupted by the user");
    expect(screen).toContain("claw-ir: cancelled");
    expect(screen).toContain("the demonstration has ended");
    await noProcessLeft(root);
  });

  it("breaks what is long between words, under its own beginning, and never at the left edge", async () => {
    const { on } = await demonstrate(80, "--non-interactive");
    expect(await on.exit()).toBe(3);
    const lines = on.screen().split("\n");
    const own =
      /^(?:$|[1-8]\/8 | {2}|A demonstration|case folder|DONE|What to do now|The demonstration|\[left)/;
    expect(lines.filter((line) => !own.test(line))).toEqual([]);
    // A path is never cut, so that it can be copied; everything else fits.
    const isCuttable = (line: string): boolean => line.split(" ").every((word) => word.length <= 40);
    expect(lines.filter((line) => line.length > 79 && isCuttable(line))).toEqual([]);
  });
});

async function typePassphrase(on: Terminal): Promise<void> {
  await on.shows("Passphrase for the archive");
  await on.settles();
  on.keys("FAKE one and all", "Enter");
  await on.shows("Once more");
  await on.settles();
  on.keys("FAKE two and all", "Enter");
  await on.shows("the two are not the same");
  // What is typed before the question is there again is shown by the terminal itself.
  await on.shows("Passphrase for the archive", 2);
  await on.settles();
  on.keys("FAKE one and all", "Enter");
  await on.shows("Once more", 2);
  await on.settles();
  on.keys("FAKE one and all", "Enter");
  await on.shows("Seal the state");
}
