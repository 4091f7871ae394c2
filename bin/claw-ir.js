#!/usr/bin/env node
// Plain JavaScript on purpose: an old Node must be able to read this file and say what is wrong, before it meets
// syntax or a native module that would crash it.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    "claw-ir: Node " +
      process.versions.node +
      " is too old, 22.15 or newer is needed (try: npx -p node@24 claw-ir)\n",
  );
  process.exitCode = 2;
} else {
  import("../dist/cli.js").then((cli) => cli.start());
}
