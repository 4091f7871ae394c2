/** Seals a folder in a process of its own: argv is folder, archive, compression. Prints its peak memory in MiB. */
import { argv, resourceUsage, stdout } from "node:process";
import { Secret } from "../../src/model/secret.ts";
import { sealArchive, verifyArchive } from "../../src/archive/index.ts";
import { diskHost } from "./disk-host.ts";

const [, , real = "", outFile = "", compression = ""] = argv;
const passphrase = new Secret("correct horse FAKE");
const host = diskHost();
stdout.write("ready\n");
const sealed = await sealArchive(host, {
  kind: "evidence",
  roots: [{ real, as: "/state" }],
  outFile,
  compression: compression === "gzip" ? "gzip" : "zstd",
  recipients: [],
  passphrase,
  meta: { hostname: "host-a", tool: "claw-ir 0.0.0" },
});
const { checked } = await verifyArchive(host, outFile, { unlock: { passphrase } });
const peak = Math.round(resourceUsage().maxRSS / 1024);
stdout.write(`${JSON.stringify({ peak, checked, plainBytes: sealed.plainBytes })}\n`);
