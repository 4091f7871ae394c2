/** `node plant.ts FOLDER`: a planted disk, for what runs outside of the tests. */
import process from "node:process";
import { plantDisk } from "./planted.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: plant.ts FOLDER");
await plantDisk(folder);
