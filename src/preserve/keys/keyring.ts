import type { Host } from "../../host/host.ts";
import { maxKeyFile } from "./key-parse.ts";

/** gpg's export of what is known by a fingerprint or a user id; undefined without gpg or without the key. gpg is only asked, it decrypts nothing. */
export async function fromKeyring(
  host: Pick<Host, "run" | "facts">,
  name: string,
): Promise<Uint8Array | undefined> {
  const home = host.facts.env["GNUPGHOME"];
  const env = { HOME: host.facts.home, LC_ALL: "C", ...(home === undefined ? {} : { GNUPGHOME: home }) };
  const argv = [
    "gpg",
    "--batch",
    "--no-tty",
    "--no-auto-check-trustdb",
    "--armor",
    "--export",
    "--",
    name,
  ] as const;
  const result = await host.run(argv, { timeoutMs: 10_000, maxBytes: maxKeyFile, env });
  if (result.missing || result.code !== 0 || result.stdout === "") return undefined;
  return Buffer.from(result.stdout, "utf8");
}
