import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Every regular file below a folder. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
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
