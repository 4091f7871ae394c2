/** Restores an archive in a process of its own, to be killed: argv is archive, target ("" for in place), home. */
import { argv, exit, stdout } from "node:process";
import { restoreInPlace, restoreToFolder } from "../../src/recover/restore/index.ts";
import { realHost, requestFor } from "./restore-request.ts";

const [, , archive = "", target = "", home = ""] = argv;
const host = realHost(home);
const request = await requestFor(host, home, archive);
stdout.write("ready\n");
if (target === "") await restoreInPlace(host, request);
else await restoreToFolder(host, request, target);
host.dispose();
exit(0);
