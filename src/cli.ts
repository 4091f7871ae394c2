import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Edge } from "./commands/edge.ts";

/** The edge of the program: argv in, exit code out. Called by bin/claw-ir.js once the Node version is known to be fine. */
export async function start(): Promise<void> {
  const argv = process.argv.slice(2);
  const version = packageVersion();
  // Answered before anything else is loaded: scripts ask for it often.
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const { main } = await import("./commands/program.ts");
  process.exitCode = await main(argv, realEdge(version));
}

function realEdge(version: string): Edge {
  return {
    version,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    makeHost: async (wishes) => {
      const { createRealHost } = await import("./host/real/index.ts");
      return createRealHost({ ...wishes, version, env: wishes.env ?? process.env });
    },
  };
}

function packageVersion(): string {
  const file = fileURLToPath(new URL("../package.json", import.meta.url));
  const parsed = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  return parsed.version;
}
