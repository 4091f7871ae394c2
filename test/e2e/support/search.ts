import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Every regular file below a folder. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const restMs = 5_000;
const patienceMs = 600_000;

/**
 * Waits until no file below the folder has come, gone or changed for five seconds, databases aside: a gateway has work to do after
 * its last answer. One that never comes to rest is not waited for longer than ten minutes.
 */
export async function comesToRest(folder: string): Promise<void> {
  const end = Date.now() + patienceMs;
  let [last, since] = ["", Date.now()];
  while (Date.now() < end && Date.now() - since < restMs) {
    const now = await looksOf(folder);
    if (now !== last) [last, since] = [now, Date.now()];
    await pause(250);
  }
}

/** Every file with its size and time; of databases and what lies beside them the names only. */
async function looksOf(folder: string): Promise<string> {
  const looks: string[] = [];
  // A folder may go while it is walked through.
  for (const path of (await filesBelow(folder).catch(() => [])).toSorted()) {
    const seen = /\.sqlite(?:-[a-z]+)?$/.test(path) ? undefined : await stat(path).catch(() => undefined);
    looks.push(`${path} ${seen?.size ?? ""} ${seen?.mtimeMs ?? ""}`);
  }
  return looks.join("\n");
}

/** "file: secret" for every secret that stands in one of the files, as it is, in base64 or in hexadecimal. */
export async function filesWith(
  files: readonly string[],
  secrets: readonly string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of files) {
    const bytes = await readFile(file);
    for (const secret of secrets) {
      const forms = [
        secret,
        Buffer.from(secret).toString("base64").replace(/=+$/, ""),
        Buffer.from(secret).toString("hex"),
      ];
      if (forms.some((form) => bytes.includes(form))) found.push(`${file}: ${secret}`);
    }
  }
  return found;
}
