/** The case folder: what the other rooms may use. */
export { addNote, closeCase, createCase, openCase, reportsFolder, type NewCase } from "./case.ts";
export { archivesFolder } from "./archives.ts";
export { fingerprintKey, resolveDataDir } from "./data-dir.ts";
export { listCases, type CaseListing } from "./listing.ts";
export { createRedactor } from "./redact/redactor.ts";
export type { CaseVerification } from "./verification.ts";
export { verifyCase } from "./verify.ts";
