import { createHash } from "node:crypto";
import type { StartFile } from "../../model/host-records.ts";
import { read } from "../../model/outcome.ts";
import type { Reading } from "../../model/outcome.ts";
import type { Collector } from "../collector.ts";
import { fromReading } from "../from-reading.ts";
import { type Ground, listFolder, modifiedAt, readFile } from "../files.ts";

const maxBytes = 4 << 20;
const homeFiles = [
  ".profile",
  ".bash_profile",
  ".bash_login",
  ".bashrc",
  ".bash_aliases",
  ".bash_logout",
  ".zshenv",
  ".zprofile",
  ".zshrc",
  ".zlogin",
  ".zlogout",
  ".kshrc",
  ".inputrc",
  ".pam_environment",
  ".xprofile",
  ".xsessionrc",
  ".config/fish/config.fish",
];
const systemFiles = [
  "/etc/profile",
  "/etc/bash.bashrc",
  "/etc/bashrc",
  "/etc/zshenv",
  "/etc/zshrc",
  "/etc/zsh/zshenv",
  "/etc/zsh/zshrc",
  "/etc/environment",
  "/etc/ld.so.preload",
];
const folders = ["/etc/profile.d", "~/.config/environment.d", "~/.config/fish/conf.d", "/etc/environment.d"];

/** Files that shells and logins run or load, with hash and modification time. */
export async function readShellStartup(ground: Ground): Promise<Reading<StartFile>> {
  const reasons: string[] = [];
  const paths = [...homeFiles.map((name) => `~/${name}`), ...systemFiles];
  for (const folder of folders) {
    const { names, trouble } = await listFolder(ground, folder);
    if (trouble !== undefined) reasons.push(trouble.reason);
    paths.push(...names.map((name) => `${folder}/${name}`));
  }
  const found: StartFile[] = [];
  for (const path of paths) {
    const file = await readFile(ground, path, maxBytes);
    if (!file.ok) {
      if (file.outcome !== "missing") reasons.push(file.reason);
      continue;
    }
    if (!file.whole) reasons.push(`${file.path} is larger than ${maxBytes} bytes and was not hashed`);
    found.push({
      kind: "shell",
      bytes: file.stat.size,
      ...(file.whole ? { sha256: createHash("sha256").update(file.bytes).digest("hex") } : {}),
      mode: file.stat.mode & 0o7777,
      uid: file.stat.uid,
      modifiedAt: modifiedAt(file.stat),
      runs: [],
      loads: [],
      place: { path: file.path },
    });
  }
  return read(found, reasons);
}

export const shellStartup: Collector = {
  id: "shell-startup",
  title: "Shell start-up files",
  stage: "collect",
  attack: ["T1546.004", "T1574.006", "T1574.007"],
  liveOnly: false,
  timeoutMs: 10_000,
  collect: fromReading("shellStartup"),
};
