import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { hasTmux, terminalsIn } from "../support/terminal.ts";
import { scratchFolder } from "./scratch-folder.ts";

const base = scratchFolder();
const terminals = terminalsIn(base);
const source = fileURLToPath(new URL("../../src/host/real/index.ts", import.meta.url));

let count = 0;
/** Runs `body` (which has `host`) on a terminal of its own; its stdout, where the result goes, into a file. */
function onTerminal(body: string) {
  count += 1;
  const [script, out] = [join(base, `s${count}.ts`), join(base, `s${count}.out`)];
  writeFileSync(
    script,
    `import { createRealHost } from ${JSON.stringify(source)};
const host = createRealHost({ yes: false, nonInteractive: false, color: undefined, secretFiles: {}, version: "0", env: process.env });
try { console.log(JSON.stringify(await (async () => { ${body} })())); }
catch (error) { console.log("thrown", error.exit, error.code); }
host.dispose();`,
  );
  const command = `"$0" "$1" > "$2"`;
  const terminal = terminals.open(["sh", "-c", command, process.execPath, script, out], {
    env: { PATH: process.env["PATH"] },
  });
  return {
    ...terminal,
    result: async (): Promise<string> => {
      await terminal.exit();
      return readFileSync(out, "utf8").trim();
    },
  };
}

afterAll(() => terminals.close());

describe.skipIf(!hasTmux)("questions on a terminal", () => {
  it("are answered with keys, and hostile names are shown as what they are", async () => {
    const terminal = onTerminal(`
      const choices = [{ value: "a", name: "first" }, { value: "b", name: "second\\u001b[2J\\u202egnp" }];
      return [
        await host.prompt.confirm({ id: "1", message: "Go on?", default: false }),
        await host.prompt.choose({ id: "2", message: "Which one?", choices }),
        await host.prompt.chooseMany({ id: "3", message: "Which ones?", choices, default: ["b"] }),
        await host.prompt.text({ id: "4", message: "Since when?", check: (t) => (t === "x" ? "not x" : undefined) }),
      ];`);
    await terminal.shows("Go on?");
    await terminal.settles();
    terminal.keys("y", "Enter");
    await terminal.shows("Which one?");
    expect(await terminal.shows("first")).toContain("second\\u{1b}[2J\\u{202e}gnp");
    await terminal.settles();
    terminal.keys("Down", "Enter");
    await terminal.shows("Which ones?");
    await terminal.settles();
    terminal.keys("Space", "Enter");
    await terminal.shows("Since when?");
    await terminal.settles();
    terminal.keys("x", "Enter");
    await terminal.shows("not x");
    await terminal.settles();
    terminal.keys("BSpace", "y", "Enter");
    expect(JSON.parse(await terminal.result())).toEqual([true, "b", ["a", "b"], "y"]);
  });

  it("take a secret without echo, twice, and again when the two differ", async () => {
    const terminal = onTerminal(`
      const secret = await host.prompt.secret({ id: "seal.passphrase", message: "Passphrase:", twice: true });
      return [secret, secret.length];`);
    await terminal.shows("Passphrase:");
    await terminal.settles();
    terminal.keys("FAKE-one", "Enter");
    await terminal.shows("Once more");
    await terminal.settles();
    terminal.keys("FAKE-two", "Enter");
    await terminal.shows("not the same");
    await terminal.shows("Passphrase:", 2);
    await terminal.settles();
    terminal.keys("Enter");
    await terminal.shows("nothing was typed");
    await terminal.shows("Passphrase:", 3);
    await terminal.settles();
    terminal.keys("FAKE-four", "C-t", "Enter");
    // Only then does it read again without an echo.
    await terminal.shows("Once more", 2);
    await terminal.settles();
    terminal.keys("FAKE-four", "Enter");
    const pane = await terminal.shows("[left 0]");
    expect(pane).not.toContain("FAKE");
    expect(pane).not.toContain("*");
    expect(JSON.parse(await terminal.result())).toEqual(["[secret]", 9]);
  });

  it("end as cancelled on Ctrl-C, and the next one is not put at all", async () => {
    const terminal = onTerminal(`
      const first = await host.prompt.confirm({ id: "1", message: "Go on?", default: true }).catch((e) => e.exit);
      const second = await host.prompt.text({ id: "2", message: "Never?" }).catch((e) => e.exit);
      return [first, second, host.signal.aborted];`);
    await terminal.shows("Go on?");
    await terminal.settles();
    terminal.keys("C-c");
    expect(JSON.parse(await terminal.result())).toEqual(["cancelled", "cancelled", true]);
    expect(await terminal.shows("[left 0]")).not.toContain("Never?");
  });
});
