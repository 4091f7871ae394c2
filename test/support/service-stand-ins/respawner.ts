/** A supervisor of one's own making: starts its command again after DELAY milliseconds, whatever ended it. */
import { spawn } from "node:child_process";

const [delay = "100", program = "", ...args] = process.argv.slice(2);

function start(): void {
  const child = spawn(program, args, { stdio: "ignore" });
  child.on("exit", () => setTimeout(start, Number(delay)));
}
process.title = "home-made-supervisor";
start();
