/** `npm run docs:coverage`: writes docs/coverage.md anew. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { currentText } from "./current.ts";

const path = fileURLToPath(new URL("../../docs/coverage.md", import.meta.url));
writeFileSync(path, await currentText());
console.log(path);
