/** The program side: `client.ts FOLDER PROGRAM ARG…` asks the daemon and ends as it says. */
import { connect } from "node:net";
import { join } from "node:path";
import type { Answer } from "./protocol.ts";

const [folder = "", program = "", ...args] = process.argv.slice(2);

/** What each says when its daemon does not run. */
const silence: Readonly<Record<string, string>> = {
  systemctl: "Failed to connect to bus: No such file or directory",
  launchctl: "Could not connect to launchd",
};

function end({ code, stdout, stderr }: Answer): void {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
}

const connection = connect({ path: join(folder, "bus"), allowHalfOpen: true });
let text = "";
connection.setEncoding("utf8");
connection.on("error", () => {
  const message =
    silence[program] ??
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
  end({ code: 1, stdout: "", stderr: `${message}\n` });
});
connection.on("connect", () => connection.end(JSON.stringify({ program, args })));
connection.on("data", (chunk: string) => (text += chunk));
connection.on("end", () => end(JSON.parse(text) as Answer));
