import type { PersistenceSource } from "../sources.ts";

/** Every mechanism that gives `PersistenceItem`s. A new one is a file of its own and one line here. */
export const persistenceSources: readonly PersistenceSource[] = [];
