// Prints what failed in vitest's JSON reports: the end of a long output is what is kept of it.
import { existsSync, readFileSync } from "node:fs";

const LINES = 25;
const shortened = (text) => text.split("\n").slice(0, LINES).join("\n");

for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    console.log(`FAILED ${path}: the suite wrote no report`);
    continue;
  }
  for (const file of JSON.parse(readFileSync(path, "utf8")).testResults) {
    if (file.status === "failed" && file.assertionResults.length === 0) {
      console.log(`FAILED ${file.name}\n${shortened(file.message)}`);
    }
    for (const test of file.assertionResults.filter((each) => each.status === "failed")) {
      console.log(`FAILED ${file.name}: ${test.fullName}\n${shortened(test.failureMessages.join("\n"))}`);
    }
  }
}
