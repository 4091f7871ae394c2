/** What is sealed, to whom, and how long it is kept. The format of a sealed archive is in `archive/`. */
export { configuredRecipients, keysFolder, loadRecipients } from "./keys/keys.ts";
export type { Recipients } from "./keys/keys.ts";
export { generateRecipient } from "./keys/key-generate.ts";
export type { GeneratedRecipient, NewRecipient } from "./keys/key-generate.ts";
export { generateSigningKey, loadSigner, signingFolder, trustedSigners } from "./keys/signing.ts";
export { evidenceRoots } from "./evidence-roots.ts";
export type { EvidencePlan } from "./evidence-roots.ts";
export { chooseLock } from "./keys/choose-lock.ts";
export type { Lock, LockWishes } from "./keys/choose-lock.ts";
export { chooseRecipients, describeRecipient, newKeyAdvice, sealPrompts } from "./keys/recipient-choice.ts";
export type { SealTo } from "./keys/recipient-choice.ts";
