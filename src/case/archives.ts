import { isAbsolute, join } from "node:path";
import type { Db } from "../host/host.ts";
import type { Chain } from "./journal.ts";
import { Records } from "./rows.ts";
import { isArchive } from "./shapes.ts";
import type { Case, Redactor } from "./types.ts";

export const archivesFolder = "archives";

/** An absolute path as it is; a bare name lies in archives/, anything else is relative to the case folder. */
export function archivePath(folder: string, archive: string): string {
  if (isAbsolute(archive)) return archive;
  return archive.includes("/") ? join(folder, archive) : join(folder, archivesFolder, archive);
}

export function createArchives(parts: {
  readonly db: Db;
  readonly chain: Chain;
  readonly redactor: Redactor;
  readonly flush: () => Promise<void>;
}): Case["archives"] {
  const rows = new Records(parts, "archive", isArchive);
  return {
    add: async (archive) => {
      const { bytes, sha256, createdAt, files, verified, recipients, passphrase } = archive;
      // Named `kind` in the record; the journal's own field of that name says "archive".
      const body = {
        purpose: archive.kind,
        bytes,
        sha256,
        createdAt,
        files,
        verified,
        recipients,
        passphrase,
      };
      rows.put(archive.archive, archive, body);
      await parts.flush();
    },
    all: () => rows.all(),
  };
}
