import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { realClock } from "../../src/host/real/clock.ts";
import { installSignals } from "../../src/host/real/signals.ts";

const source = fileURLToPath(new URL("../../src/host/real/index.ts", import.meta.url));
const script = `
  import { createRealHost } from ${JSON.stringify(source)};
  const host = createRealHost({
    yes: false, nonInteractive: true, color: undefined, secretFiles: {}, version: "0", env: process.env,
    onSecondInterrupt: () => process.exit(130),
  });
  console.log("ready");
  try { await host.clock.sleep(60000); } catch (error) { console.log(error.exit); }
  setTimeout(() => {}, 60000);
`;

describe("signals", () => {
  it("abort at the first one and call back at the second", async () => {
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines: string[] = [];
    child.stdout.on("data", (data: Buffer) => {
      lines.push(...data.toString().trim().split("\n"));
      child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(lines).toEqual(["ready", "cancelled"]);
    expect(code).toBe(130);
  });

  it("leave no listener behind", () => {
    const before = process.listenerCount("SIGINT");
    const signals = installSignals();
    expect(process.listenerCount("SIGINT")).toBe(before + 1);
    signals.dispose();
    expect(process.listenerCount("SIGINT")).toBe(before);
  });

  it("end the run when its budget is used up, and say so", async () => {
    const signals = installSignals({ budgetMs: 30 });
    await expect(realClock(signals.signal).sleep(5000)).rejects.toMatchObject({
      code: "budget-used-up",
      exit: "partial",
    });
    signals.dispose();
  });

  it("take a budget of months for what it is", async () => {
    const signals = installSignals({ budgetMs: 1e13 });
    await realClock(signals.signal).sleep(20);
    signals.dispose();
  });

  it("let sleep pass as long as nothing happens", async () => {
    const signals = installSignals();
    const clock = realClock(signals.signal);
    const before = clock.monotonic();
    await clock.sleep(50);
    expect(clock.monotonic() - before).toBeGreaterThan(45);
    signals.cancel();
    await expect(clock.sleep(50)).rejects.toMatchObject({ code: "cancelled" });
    signals.dispose();
  });
});
