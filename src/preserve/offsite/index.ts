/** What leaves this host, and only as ciphertext: copies of archives, and backups in a restic repository. */
export { checkDestinations, copyArchive, type Copy } from "./copy.ts";
export { destinationOf } from "./destination.ts";
export * from "./restic/index.ts";
