import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { extract } from "tar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at as look, list, str } from "../../src/model/json.ts";
import { isBuilt, place, program, start, type Place } from "../demo/demonstration.ts";
import { freePort } from "./support/processes.ts";
import { answerUntil, hasTmux, terminalsIn, type Terminal } from "../support/terminal.ts";

const archive = fileURLToPath(new URL("../fixtures/states/state-2026.9.6.tar.gz", import.meta.url));
interface User extends Place {
  readonly open: (...args: readonly string[]) => Terminal;
}
const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
});

/** A user whose home holds the state of a real OpenClaw, with no gateway running and no service manager to ask. */
async function user(): Promise<User> {
  const at = await place();
  rmSync(join(at.home, ".openclaw"), { recursive: true });
  await extract({ file: archive, cwd: at.home, preserveOwner: false, preservePaths: true });
  const config = join(at.home, ".openclaw/openclaw.json");
  const text = readFileSync(config, "utf8").replaceAll("/home/claw", at.home);
  writeFileSync(config, text.replace(/"port": \d+/, `"port": ${await freePort()}`));
  const tools = join(at.base, "tools");
  mkdirSync(tools);
  for (const tool of ["git", "gpg"]) symlinkSync(join("/usr/bin", tool), join(tools, tool));
  const terminals = terminalsIn(at.base);
  closers.push(terminals.close);
  const env = { ...at.env, CLAW_IR_TOOL_PATH: tools };
  return {
    ...at,
    env,
    open: (...args) => terminals.open([process.execPath, program, ...args], { env, columns: 80, rows: 45 }),
  };
}

/** Where a line breaks depends on how long the folder's name is. */
function unbroken(terminal: Terminal): string {
  return terminal.screen().replaceAll(/\s+/g, " ");
}

async function cases(at: Place): Promise<readonly string[]> {
  const { stdout } = await start(["case", "list", "--json"], at.env).ended;
  return list(JSON.parse(stdout)).map((one) => str(look(one, "id")) ?? "");
}

describe.skipIf(!hasTmux || process.platform !== "linux")("resume on a terminal", () => {
  beforeAll(() => expect(isBuilt, "npm run build comes before these tests").toBe(true));

  it("carries on after Ctrl-C at the second question without asking the first again", async () => {
    const at = await user();
    const first = at.open("key-compromised");
    await first.shows("Which credential leaked?");
    await first.settles();
    first.keys("Enter");
    await first.shows("Is it being abused now");
    await first.settles();
    first.keys("C-c");
    expect(await first.exit()).toBe(130);
    const [id, ...others] = await cases(at);
    expect(others).toEqual([]);
    expect(first.screen()).toContain(`to carry on: claw-ir resume ${id ?? "?"}\n`);
    expect(first.screen()).toContain("claw-ir: cancelled\n  nothing is lost: claw-ir resume carries on");

    const second = at.open("resume");
    await second.shows("Is it being abused now");
    expect(second.screen()).not.toContain("Which credential leaked?");
    await second.settles();
    second.keys("Down", "Enter");
    await second.shows("Since when");
    await second.settles();
    second.keys("C-c");
    expect(await second.exit()).toBe(130);

    const third = at.open("resume", id ?? "");
    await third.shows("Since when");
    await third.settles();
    third.keys("Enter");
    await third.shows("Who is responding?");
    await third.settles();
    third.keys("Enter");
    await third.shows("How shall the archive be locked?");
    expect(third.screen()).not.toContain("Is it being abused now");
    // No gateway ran: that is proven, too, and nothing had to be stopped.
    expect(third.screen()).toContain("✓ Stop the gateway and prove that it is down");
    third.keys("C-c");
    expect(await third.exit()).toBe(130);

    const last = at.open("resume");
    await answerUntil(last, "[left", [
      ["How shall the archive be locked?", "Enter"],
      ["Passphrase for the archive", "FAKE passphrase", "Enter"],
      ["Once more", "FAKE passphrase", "Enter"],
      ["Rotate which of these", "Enter"],
      ["New ", "Enter"],
      ["Have you withdrawn", "Enter"],
      ["Remove all", "Enter"],
      ["Switch off which", "Enter"],
      ["Start the gateway again now", "Enter"],
      ["Which of these do you know", "Enter"],
    ]);
    expect(await last.exit()).toBe(3);
    const screen = last.screen();
    expect(screen).toMatch(/– \d steps were finished in an earlier run/);
    for (const asked of ["Which credential", "Is it being abused", "Since when", "Who is responding"])
      expect(screen).not.toContain(asked);
    expect(screen).not.toContain("✓ Record processes");
    expect(screen).toContain("✓ Write the incident report");
    expect(screen).not.toContain("FAKE passphrase");
    expect(screen).toContain(`to start the gateway: claw-ir resume ${id ?? "?"}\n`);
    expect(await cases(at)).toEqual([id]);
    const { exit, stdout } = await start(["case", "verify", "--json"], at.env).ended;
    expect([exit, look(JSON.parse(stdout), "verdict")]).toEqual([0, "intact"]);
  });

  it("refuses a case of another state", async () => {
    const at = await user();
    const other = join(at.base, "other");
    mkdirSync(other);
    cpSync(join(at.home, ".openclaw"), join(other, ".openclaw"), { recursive: true });
    const first = at.open("key-compromised", "--home", other);
    await first.shows("Which credential leaked?");
    await first.settles();
    first.keys("C-c");
    expect(await first.exit()).toBe(130);
    const [id] = await cases(at);
    expect(unbroken(first)).toContain(`to carry on: claw-ir resume ${id ?? "?"} --home ${other} `);
    const second = at.open("resume");
    expect(await second.exit()).toBe(2);
    expect(unbroken(second)).toContain(`case ${id ?? "?"} is about ${other}/.openclaw `);
  });
});
