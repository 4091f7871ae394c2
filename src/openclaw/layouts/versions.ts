/** Schema versions (PRAGMA user_version) that the readers were made for: OpenClaw 2026.9.6. */
export const knownVersions = { state: 18, agent: 23 } as const;
