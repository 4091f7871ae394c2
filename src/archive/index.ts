/** The sealed archive: a pax tar with its manifest, compressed, inside one OpenPGP message, with a sidecar beside it. */
export { sealArchive } from "./seal/seal.ts";
export type { SealMeta, SealProgress, SealRequest, SealResult } from "./seal/seal-request.ts";
export type { Content, ContentOf } from "./seal/pack.ts";
export type { Exclude, LeaveOut, Root } from "./seal/walk.ts";
export { openArchive, verifyArchive } from "./open/open.ts";
export type { Verified, VerifyOptions } from "./open/open.ts";
export type { ArchiveEvent, Contents, OpenLimits } from "./open/contents.ts";
export type { TarEntry } from "./tar/tar-reader.ts";
export { manifestName } from "./manifest/manifest.ts";
export { archiveLocks } from "./open/structure.ts";
export { isArmoured, isProtectedKey } from "./openpgp/session.ts";
export type { Unlock } from "./openpgp/session.ts";
export { gpg22, openpgp } from "./openpgp/openpgp.ts";
export type { Key, PrivateKey, PublicKey } from "./openpgp/openpgp.ts";
export type { Recipient } from "./openpgp/recipient.ts";
export { archiveName, sidecarPath } from "./sidecar.ts";
export type { SealKind, Sidecar } from "./sidecar.ts";
export type { Compression } from "./compress/compress.ts";
