import { describe, expect, it } from "vitest";
import { type Screen, terminalOn, type TerminalOptions } from "../../src/host/real/terminal.ts";

function screen(isTTY: boolean, columns?: number): Screen & { readonly text: () => string } {
  const written: string[] = [];
  return {
    isTTY,
    ...(columns === undefined ? {} : { columns }),
    write: (text) => written.push(text),
    text: () => written.join(""),
  };
}
const on = (out: boolean, err: boolean, options: Partial<TerminalOptions> = {}) => {
  const stdout = screen(out);
  const stderr = screen(err, 40);
  return { stdout, stderr, terminal: terminalOn(stdout, stderr, { color: undefined, env: {}, ...options }) };
};

describe("the terminal", () => {
  it.each([
    ["a terminal", true, {}, true],
    ["none", false, {}, false],
    ["NO_COLOR", true, { env: { NO_COLOR: "1" } }, false],
    ["an empty NO_COLOR", true, { env: { NO_COLOR: "" } }, true],
    ["a dumb terminal", true, { env: { TERM: "dumb" } }, false],
    ["--no-color", true, { color: false }, false],
  ] as const)("paints as %s allows", (_name, err, options, painted) => {
    const { terminal } = on(true, err, options);
    expect(terminal.color).toBe(painted);
    expect(terminal.paint("red", "x")).toBe(painted ? "\u001b[31mx\u001b[39m" : "x");
  });

  it("keeps a result that goes to a file plain", () => {
    const { stdout, terminal } = on(false, true);
    terminal.out(terminal.paint("bold", "result\n"));
    expect(stdout.text()).toBe("result\n");
  });

  it("draws progress on a terminal only, on one line, and wipes it before anything else is said", () => {
    const quiet = on(true, false);
    quiet.terminal.progress("working");
    expect(quiet.stderr.text()).toBe("");
    const { stderr, terminal } = on(true, true);
    terminal.progress("x".repeat(100));
    terminal.err("done\n");
    terminal.err("more\n");
    expect(stderr.text()).toBe(`${"x".repeat(38)}…\r\u001b[2Kdone\nmore\n`);
    expect(terminal.width).toBe(40);
  });
});
